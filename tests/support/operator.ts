/** Whoever runs a server, as they type. */
import { assertEquals } from "./assert.ts";
import { type Ended, run } from "./executable.ts";
import type { TestServer } from "./harness.ts";

/** Types commands at the shell of a server's machine. */
export function operatorOf({ folder }: Pick<TestServer, "folder">) {
  return operatorAt(`${folder}/data`);
}

/** The same, by the data folder. */
export function operatorAt(data: string) {
  return (args: string[], input?: string) => {
    const given = input === undefined ? {} : { input: `${input}\n` };
    const ends = async (): Promise<Ended> => {
      const ended = await run([...args, "--data", data], given).ended;
      assertEquals([ended.code, ended.stderr], [0, []]);
      return ended;
    };
    return {
      ends,
      says: async (lines: string[]) => assertEquals((await ends()).stdout, lines),
      fails: async (line: string) => {
        const { code, stdout, stderr } = await run([...args, "--data", data], given).ended;
        assertEquals([code, stdout, stderr], [1, [], [line]]);
      },
    };
  };
}
