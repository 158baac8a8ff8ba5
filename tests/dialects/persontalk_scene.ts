/** A server with PersonTalk programs at it, which are gone when the test is. */
import type { Config } from "../../server/config/config.ts";
import type { StartOptions } from "../../server/run/serve.ts";
import { type Framing, PersonTalkClient } from "./clients/persontalk_client.ts";
import { type Peer, type TestServer, withServer } from "../support/harness.ts";

/** The password of everybody here. */
export const TYPED = "Schlüssel-Bund 42";

/** What a transcript plays in. */
interface Scene extends TestServer {
  /** A program that has connected, at its own port or the main one. */
  program(framing?: Framing, port?: string): Promise<PersonTalkClient>;
  /** A program whose user is new, has signed in and heard who is there. */
  comesIn(name: string, framing?: Framing): Promise<PersonTalkClient>;
  /** Somebody with the native protocol. */
  native(nickname: string): Promise<Peer>;
}

/** Plays a scene. */
export async function scene(
  body: (scene: Scene) => Promise<void>,
  config: Partial<Config> = {},
  options: StartOptions = {},
): Promise<void> {
  const programs: PersonTalkClient[] = [];
  await withServer({ listen: [{ port: 0, dialect: "persontalk" }], ...config }, async (server) => {
    const program = async (framing?: Framing, port?: string) => {
      const connected = await PersonTalkClient.connect(server.running, framing, port);
      programs.push(connected);
      return connected;
    };
    try {
      await body({
        ...server,
        get running() {
          return server.running;
        },
        program,
        comesIn: async (name, framing) => (await program(framing)).comesIn(name, TYPED),
        native: async (nickname) => (await server.member(nickname)).forgets(),
      });
    } finally {
      for (const each of programs) each.socket.close();
    }
  }, options);
}
