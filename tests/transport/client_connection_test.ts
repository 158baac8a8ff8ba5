import {
  Connection,
  type ConnectionOptions,
  type ConnectionState,
} from "../../client/connection/connection.ts";
import type { Link, LinkEvents, OpenLink } from "../../client/connection/link.ts";
import { RequestError } from "../../client/connection/request_error.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { webSocketLink } from "../../client/connection/websocket_link.ts";
import type { Event } from "../../server/core/shared/events.ts";
import { assertEquals, assertMatches, assertTrue } from "../support/assert.ts";
import { PASSWORD, type TestServer, type Transport, TRANSPORTS, withServer } from "../support/harness.ts";

/** A client whose link can be cut, and what it was told. */
class Client {
  readonly connection: Connection;
  readonly events: Event[] = [];
  readonly states: ConnectionState[] = [];
  readonly resumed: boolean[] = [];
  /** Cuts the link instead of handing over a line that fits. */
  cutAt: ((line: string) => boolean) | undefined;
  /** Called after each line that goes out. */
  onSent: (line: string) => void = () => {};
  /** Cuts the link. */
  cut: () => void = () => {};
  #wake: () => void = () => {};

  constructor(open: OpenLink, options: Partial<ConnectionOptions> = {}) {
    this.connection = new Connection({
      open: async ({ line, raw, closed }) => {
        let isCut = false;
        const link = await open({
          closed,
          raw,
          line: (text) => {
            if (isCut) return 0;
            if (!this.cutAt?.(text)) return line(text);
            isCut = true;
            this.cutAt = undefined;
            link.close();
            return 0;
          },
        });
        this.cut = () => link.close();
        const send = (line: string) => {
          link.send(line);
          this.onSent(line);
        };
        return { send, unsent: 0, close: this.cut };
      },
      onEvent: (event) => this.#note(() => this.events.push(event)),
      onState: (state) => this.#note(() => this.states.push(state)),
      onResumed: ({ recovered }) => this.#note(() => this.resumed.push(recovered)),
      ...options,
    });
  }

  /** Resolves once this holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#wake = resolve);
  }

  /** The texts of the messages heard, in order. */
  get texts(): string[] {
    return this.events.flatMap((event) => event.event === "message" ? [event.text] : []);
  }

  #note(change: () => void): void {
    change();
    this.#wake();
  }
}

function linkTo({ running }: TestServer, transport: Transport): OpenLink {
  return transport === "tcp"
    ? tcpLink(running.tcp)
    : webSocketLink(`${running.http.replace("http", "ws")}/ws`);
}

/** Runs a body with clients that are closed afterwards. */
async function withClients(
  transport: Transport,
  body: (server: TestServer, client: (options?: Partial<ConnectionOptions>) => Client) => Promise<void>,
): Promise<void> {
  await withServer({}, async (server) => {
    const clients: Client[] = [];
    try {
      await body(server, (options) => {
        const client = new Client(linkTo(server, transport), options);
        clients.push(client);
        return client;
      });
    } finally {
      for (const { connection } of clients) connection.close();
    }
  });
}

async function refusal(asked: Promise<unknown>): Promise<RequestError> {
  const error = await asked.then(() => undefined, (error) => error);
  assertTrue(error instanceof RequestError, "it was not refused");
  return error;
}

for (const transport of TRANSPORTS) {
  Deno.test(`client over ${transport}: comes back after a restart and goes on where it was`, async () => {
    await withClients(transport, async (server, client) => {
      const alice = client();
      const bob = client();
      for (const { connection } of [alice, bob]) await connection.connect();
      await alice.connection.ask("guest", { nickname: "alice" });
      await bob.connection.ask("guest", { nickname: "bob" });
      await alice.connection.ask("send", { room: "lobby", text: "before" });
      await bob.until(() => bob.texts.length === 1);

      await server.restart();
      await alice.until(() => alice.resumed.length === 1);
      await alice.connection.ask("send", { room: "lobby", text: "after" });
      await bob.until(() => bob.texts.length === 2);
      assertEquals(bob.texts, ["before", "after"]);
      // Who came back first may have become the owner.
      const stored = bob.events.filter((event) => "seq" in event).at(-1);
      assertEquals([bob.connection.last, bob.connection.nickname], [stored!.seq, "bob"]);
      assertEquals(alice.states, ["open", "online", "offline", "online"]);
      assertEquals([alice.resumed, bob.resumed], [[true], [true]]);
    });
  });

  Deno.test(`client over ${transport}: a message with a key whose answer was lost is asked again and said once`, async () => {
    await withClients(transport, async (server, client) => {
      const bob = await server.guest("bob", transport);
      const alice = client();
      await alice.connection.connect();
      await alice.connection.ask("guest", { nickname: "alice" });
      alice.cutAt = (line) => line.includes('"re":2,');
      const keyed = alice.connection.ask("send", { room: "lobby", text: "said once", key: "k1" });
      const heard = await bob.hearsAtLast({ event: "message", text: "said once" });
      assertMatches(await keyed, { id: heard.id, seq: heard.seq });
      assertEquals(alice.resumed, [true]);

      alice.cutAt = (line) => line.includes('"ok":true');
      const unkeyed = alice.connection.ask("send", { room: "lobby", text: "perhaps said" });
      assertEquals((await refusal(unkeyed)).code, "connection_lost");
      const say = (text: string) => alice.connection.ask("send", { room: "lobby", text });
      const waiting = [say("asked while offline")];
      alice.onSent = (line) => {
        if (line.includes('"op":"resume"')) waiting.push(say("asked while coming back"));
      };
      assertEquals(alice.connection.state, "offline");
      await alice.until(() => waiting.length === 2);
      await Promise.all(waiting);
      const { messages } = await bob.asks("history", { room: "lobby" });
      assertEquals(messages.map(({ text }: { text: string }) => text), [
        "said once",
        "perhaps said",
        "asked while offline",
        "asked while coming back",
      ]);
    });
  });

  Deno.test(`client over ${transport}: while its link is cut again and again it hears each message once, in order`, async () => {
    await withClients(transport, async (server, client) => {
      const sender = await server.guest("sender", transport);
      let hurries = false;
      const bob = client({
        onReconnecting: (trying) => void (hurries && !trying && queueMicrotask(bob.connection.reconnectNow)),
      });
      await bob.connection.connect();
      await bob.connection.ask("guest", { nickname: "bob" });
      const all: string[] = [];
      const say = async (count: number) => {
        for (let n = 0; n < count; n++) {
          all.push(`message ${all.length}.`);
          await sender.asks("send", { room: "lobby", text: all.at(-1) });
        }
      };
      for (let round = 0; round < 5; round++) {
        hurries = false;
        await say(20);
        // Of what it is told again; or of what it hears, should it come back by itself before that is said.
        const middle = `message ${all.length + 10}.`;
        bob.cutAt = (line) => line.includes(middle);
        bob.cut();
        await bob.until(() => bob.connection.state === "offline");
        await say(20);
        hurries = true;
        bob.connection.reconnectNow();
        await say(20);
        await bob.until(() => bob.texts.includes(all.at(-1)!));
      }
      assertEquals(bob.texts, all);
      await bob.until(() => bob.resumed.length === 10);
      assertEquals(bob.resumed.every(Boolean), true);
    });
  });

  Deno.test(`client over ${transport}: stays away when it was put out for good`, async () => {
    await withClients(transport, async (server, client) => {
      const owner = await server.member("alice", transport);
      const alice = client();
      await alice.connection.connect();
      await alice.connection.ask("login", { username: "alice", password: PASSWORD });
      await owner.asks("password.change", { old: PASSWORD, new: "jack-plug-cord-8" });
      await alice.until(() => alice.connection.state === "closed");
      assertMatches(alice.events.at(-1), { event: "bye", code: "password_changed" });
      assertEquals(alice.states, ["open", "online", "closed"]);
      assertEquals((await refusal(alice.connection.ask("ping", {}))).code, "closed");
    });
  });

  Deno.test(`client over ${transport}: an error has the server's code, an event comes before what was asked after it`, async () => {
    await withClients(transport, async (server, client) => {
      const bob = await server.guest("bob", transport);
      const alice = client({ reconnect: false });
      await alice.connection.connect();
      const error = await refusal(alice.connection.ask("guest", { nickname: "bob" }));
      assertEquals([error.code, error.message.includes('"bob"')], ["nickname_taken", true]);
      await alice.connection.ask("guest", { nickname: "alice" });
      await bob.asks("send", { to: "alice", text: "for alice" });
      await alice.connection.ask("ping", {});
      assertEquals(alice.texts, ["for alice"]);
      alice.cut();
      await alice.until(() => alice.connection.state === "closed");
      assertEquals(alice.states, ["open", "online", "closed"]);
    });
  });
}

Deno.test("client: resumes by token elsewhere, and learns when there is a gap", async () => {
  await withClients("tcp", async (server, client) => {
    const first = client();
    await first.connection.connect();
    await first.connection.ask("guest", { nickname: "alice" });
    const { token, epoch, last } = first.connection;
    first.connection.close();
    const bob = await server.guest("bob");
    await bob.asks("send", { room: "lobby", text: "missed" });

    const second = client();
    await second.connection.connect();
    const resumed = await second.connection.resume({ token: token!, epoch: epoch!, since: last! });
    assertEquals([resumed.recovered, second.connection.state], [true, "online"]);
    await second.until(() => second.texts.length === 1);
    const third = client();
    await third.connection.connect();
    const gap = await third.connection.resume({ token: token!, epoch: "another", since: last! });
    assertEquals([gap.recovered, third.connection.last], [false, gap.last]);
    const fourth = client();
    await fourth.connection.connect();
    assertEquals((await refusal(fourth.connection.resume({ token: "made-up" }))).code, "bad_token");
  });
});

/** A client that is offline and whose next link is being made: what that link brings, and how it is handed over. */
async function comingBack() {
  let hears: LinkEvents;
  let handOver: (link: Link) => void = () => {};
  const told: string[] = [];
  const link = (name: string): Link => ({
    send: (line) =>
      void (JSON.parse(line).op === "guest" && hears.line('{"re":1,"ok":true,"nickname":"alice"}')),
    unsent: 0,
    close: () => void told.push(`${name} is closed`),
  });
  let makes = Promise.resolve(link("first"));
  let waitsAgain = () => {};
  const waiting = new Promise<void>((resolve) => waitsAgain = resolve);
  const connection = new Connection({
    open: (events) => (hears = events, makes),
    onEvent: ({ event }) => told.push(event),
    onReconnecting: (trying) => {
      told.push(trying ? "tries" : "waits");
      if (told.length > 2) waitsAgain();
    },
  });
  await connection.connect();
  await connection.ask("guest", { nickname: "alice" });
  makes = new Promise((resolve) => handOver = resolve);
  hears!.closed();
  connection.reconnectNow();
  return { connection, told, hears: hears!, handOver: () => (handOver(link("second")), makes), waiting };
}

const BYE = '{"event":"bye","code":"shutting_down","message":"Come again","retry_after_ms":1}';

Deno.test("client: closed while its next link is made, it hears nothing of that and leaves nothing", async () => {
  const { connection, told, hears, handOver } = await comingBack();
  connection.close();
  hears.line(BYE);
  await handOver();
  assertEquals(told, ["waits", "tries", "second is closed"]);
});

Deno.test("client: a link that is lost before it is handed over is tried again once, as its server asked", async () => {
  const { connection, told, hears, handOver, waiting } = await comingBack();
  hears.line(BYE);
  hears.closed();
  await handOver();
  await waiting;
  assertEquals(told, ["waits", "tries", "bye", "second is closed", "waits"]);
  connection.close();
});
