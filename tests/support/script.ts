/** What a script does with the executable, at the server of a test. */
import { type Ended, run, type RunOptions } from "./executable.ts";
import type { TestServer } from "./harness.ts";

/** Runs `switchboard` in the test's folder, which is also where sessions are kept. */
export async function ran(
  { folder, running }: TestServer,
  args: string[],
  options: RunOptions = {},
): Promise<Ended> {
  const env = {
    XDG_CONFIG_HOME: `${folder}/config`,
    SWITCHBOARD_SERVER: `127.0.0.1:${running.tcp.port}`,
    ...options.env,
  };
  await using program = run(args, { cwd: folder, ...options, env });
  return await program.ended;
}
