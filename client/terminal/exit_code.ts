/** What a run of the client comes to, as a script sees it. Documented in docs/terminal.md, section "Exit codes". */

/** Why it ended → what the shell is told. */
export const EXIT = {
  done: 0,
  /** The server said no, or a file did not get through. */
  refused: 1,
  /** The command line, or a file named by it, can't be used. */
  usage: 2,
  /** The server can't be reached, or is not to be trusted. */
  unreachable: 3,
  /** The password, or the saved session, is not accepted; or nobody said who it is. */
  notSignedIn: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** The end of a run, with its reason in words. */
export class ExitError extends Error {
  override readonly name = "Ending";

  constructor(readonly code: ExitCode, message: string) {
    super(message);
  }
}
