/** A real client of IRC, unmodified and in a folder of its own, as somebody who sits before it uses it. */

/** Who uses it. */
export interface User {
  readonly nick: string;
  /** Of their account; without one they come as a guest. */
  readonly password?: string;
}

/** Where it connects to. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** The certificate to trust, where TLS is spoken; a file. */
  readonly certificate?: string;
}

/** One client, connected. */
export interface ClientAtWork extends AsyncDisposable {
  /** Types a line, or one of the client's own commands, in a conversation: a channel or a nickname; "": with the server. */
  types(where: string, line: string): Promise<void>;
  /** Waits until a conversation shows something. */
  sees(where: string, expected: string | RegExp): Promise<void>;
  /** Waits until it shows what somebody says, or does. */
  reads(where: string, who: string, text: string): Promise<void>;
  readsAction(where: string, who: string, text: string): Promise<void>;
  /** Leaves for good. */
  quits(): Promise<void>;
}

/** A client that can be tried. */
export interface Program {
  readonly name: string;
  /** Whether it is installed, with all that it takes. */
  isHere(): boolean;
  /** Its own words for what somebody does ("/me"). */
  action(text: string): string;
  /** Its own words for somebody who is put out. */
  kicked(who: string, by: string): RegExp;
  /** The conversation in which it shows that a room can't be entered. */
  readonly refusals: string;
  /** Starts it, with its files in a folder, and waits for the conversation that it comes into. */
  start(folder: string, address: Address, user: User, firstSees?: RegExp): Promise<ClientAtWork>;
}
