/** A server with PersonTalk's three original ports, and programs at them that are gone when the test is. */
import type { WireLimits } from "../../server/transport/wire_limits.ts";
import { assertTrue } from "../support/assert.ts";
import { md5, PersonTalkClient } from "./clients/persontalk_client.ts";
import { PersonTalkProgram } from "./clients/persontalk_program.ts";
import { type Peer, type TestServer, withServer } from "../support/harness.ts";
import { TYPED } from "./persontalk_scene.ts";

/** What a transcript plays in. */
interface ChannelsScene {
  readonly server: TestServer;
  /** The original program; its user is new. */
  program(name: string, order?: "chat first" | "files first"): Promise<PersonTalkProgram>;
  /** One connection to a port: the first, or a channel. */
  channel(name?: "chat" | "files"): Promise<PersonTalkClient>;
  /** One that has registered and signed in on the first port, and opened nothing else. */
  signedIn(name: string): Promise<PersonTalkClient>;
  /** Somebody with the native protocol. */
  native(nickname: string): Promise<Peer>;
}

/** Plays a scene on three ports of `--classic`, with waits that no test could come near. */
export async function scene(
  body: (scene: ChannelsScene) => Promise<void>,
  limits: Partial<WireLimits> = {},
): Promise<void> {
  const open: { close(): void }[] = [];
  const given = {
    classicPort: () => 0,
    limits: { channelsCorkMs: 50_000, channelsPendingMs: 55_000, ...limits },
  };
  await withServer({ classic: true }, async (server) => {
    const { running } = server;
    const channel = async (name?: "chat" | "files") => {
      const one = await PersonTalkClient.connect(
        running,
        "length",
        name ? `persontalk-${name}` : "persontalk",
      );
      open.push(one.socket);
      return one;
    };
    try {
      await body({
        server,
        channel,
        program: async (name, order) => {
          const program = await PersonTalkProgram.comesIn(running, name, TYPED, order);
          open.push(program);
          return program;
        },
        signedIn: async (name) => {
          const first = await channel();
          const account = { user_name: name, password: md5(TYPED) };
          await first.login(2, { ...account, nick_name: name, phone: "", email: `${name}@example.org` }, 0);
          await first.login(1, account, 0);
          return first;
        },
        native: async (nickname) => (await server.member(nickname)).forgets(),
      });
    } finally {
      for (const each of open) each.close();
    }
  }, given);
}

/** What a channel is told that nobody waits for, before it ends. */
export async function isRefused(channel: PersonTalkClient): Promise<void> {
  assertTrue((await channel.next()).startsWith("* Cannot use this line"), "says why");
  await channel.isOver();
}

/** Resolves when the server has this many connections: it notices a moment later that one is gone. */
export async function connectionsAre({ running }: TestServer, count: number): Promise<void> {
  while (running.figures().connections !== count) await new Promise((resolve) => setTimeout(resolve, 5));
}
