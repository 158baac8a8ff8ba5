/** A server with WeTalk programs at it, which are gone when the test is. */
import type { Config } from "../../server/config/config.ts";
import type { StartOptions } from "../../server/run/serve.ts";
import { WeTalkClient } from "./clients/wetalk_client.ts";
import { type Peer, type TestServer, withServer } from "../support/harness.ts";

/** What a transcript plays in. */
interface Scene extends TestServer {
  /** A program after the key exchange, at its own port or the main one. */
  program(port?: string): Promise<WeTalkClient>;
  /** A program whose user has come in and heard everything that this brought. */
  comesIn(nickname: string): Promise<WeTalkClient>;
  /** Somebody with the native protocol, likewise. */
  native(nickname: string): Promise<Peer>;
}

/** Plays a scene. */
export async function scene(
  body: (scene: Scene) => Promise<void>,
  config: Partial<Config> = {},
  options?: StartOptions,
): Promise<void> {
  const programs: WeTalkClient[] = [];
  await withServer({ listen: [{ port: 0, dialect: "wetalk" }], ...config }, async (server) => {
    const program = async (port?: string) => {
      const connected = await WeTalkClient.connect(server.running, port);
      programs.push(connected);
      return connected;
    };
    try {
      await body({
        ...server,
        program,
        async comesIn(nickname) {
          const entering = await program();
          entering.says("__LOGI__", nickname);
          while ((await entering.next()).text !== `__USER__+${nickname}`);
          return await entering.forgets();
        },
        native: async (nickname) => (await server.guest(nickname)).forgets(),
      });
    } finally {
      await Promise.all(programs.map((each) => each.close()));
    }
  }, options);
}
