/** Blocking: nothing private arrives, and whoever is blocked finds no difference. */
import { assertEquals } from "../support/assert.ts";
import { sendFile } from "../support/file_lines.ts";
import { type Line, PASSWORD, type Peer, TRANSPORTS, withServer } from "../support/harness.ts";

const BYTES = new TextEncoder().encode("a file");

for (const transport of TRANSPORTS) {
  Deno.test(`blocks: nothing private reaches one, not even later, over ${transport}`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      const phone = await server.member("alice", transport);
      const mallory = await server.member("mallory", transport);
      const before = await mallory.asks("send", { to: "alice", text: "before" });
      for (const peer of [alice, phone, mallory]) await peer.forgets();
      await alice.asks("block", { nickname: "Mallory", on: true });
      await phone.hears({ event: "blocked", nickname: "mallory", on: true });

      const sent = await mallory.asks("send", { to: ["alice"], text: "can you hear me" });
      await sendFile(mallory, { to: "alice" }, "bait.txt", BYTES);
      await mallory.asks("typing", { to: "alice" });
      await mallory.asks("edit", { message: sent.id, text: "now?" });
      await mallory.asks("send", { room: "lobby", text: "in the room I am heard" });
      for (const peer of [alice, phone]) {
        await peer.hears({ event: "message", room: "lobby", from: "mallory" });
        await peer.hearsNothing();
      }
      assertEquals(await textsWith(alice, "mallory"), ["before"]);
      assertEquals((await alice.asks("search", { text: "bait" })).messages.length, 0);
      assertEquals((await alice.asks("files", { with: "mallory" })).files, []);
      const { private: [listed] } = await alice.asks("conversations");
      assertEquals([listed.unread, listed.last.text], [1, "before"]);
      await alice.fails("react", { message: sent.id, emoji: "👍", on: true }, "unknown_message");
      await server.restart();

      const again = await server.member("alice", transport);
      assertEquals(await textsWith(again, "mallory"), ["before"]);
      await again.asks("block", { nickname: "mallory", on: false });
      assertEquals(await textsWith(again, "mallory"), ["before"]);
      const back = await server.member("mallory", transport);
      await back.asks("send", { to: "alice", text: "after" });
      await again.hearsAtLast({ event: "message", from: "mallory", text: "after" });
      await again.asks("read", { with: "mallory", message: before.id });
    });
  });
}

Deno.test("blocks: who is blocked gets the same answers, online or not, and finds all of it", async () => {
  await withServer({}, async (server) => {
    const [mallory, bob] = [await server.member("mallory"), await server.member("bob")];
    const alice = await server.member("alice");
    await alice.asks("block", { nickname: "mallory", on: true });
    const says = async (peer: Peer): Promise<unknown[]> => {
      const sent = await peer.asks("send", { to: "alice", text: "hello" });
      await peer.asks("read", { with: "alice", message: sent.id });
      await peer.asks("edit", { message: sent.id, text: "hello!" });
      const history = await peer.asks("history", { with: "alice" });
      const { private: [listed] } = await peer.asks("conversations");
      return [
        Object.keys(sent),
        history.messages.map(({ id: _, seq: _seq, at: _at, edited: _edited, from: _from, ...rest }: Line) =>
          rest
        ),
        Object.keys(history),
        Object.keys(listed),
        (await peer.asks("who")).online.includes("alice"),
      ];
    };
    assertEquals(await says(mallory), await says(bob));
    alice.close();
    await bob.hearsAtLast({ event: "offline", nickname: "alice" });
    // What would have waited counts, so that a full mailbox is full for both.
    for (const peer of [mallory, bob]) {
      for (let n = 0; n < 100; n++) await peer.asks("send", { to: "alice", text: `${n}` });
      await peer.fails("send", { to: "alice", text: "one more" }, "mailbox_full");
    }
    const again = await server.connect();
    const waited = await again.asks("login", { username: "alice", password: PASSWORD });
    await again.asks("ping");
    const senders = again.events.filter(({ event }) => event === "message").map(({ from }) => from);
    assertEquals([waited.nickname, new Set(senders)], ["alice", new Set(["bob"])]);
    await mallory.asks("send", { to: "alice", text: "there is room again" });
  });
});

Deno.test("blocks: the list says whom, follows their nickname, and is one's own", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const mallory = await server.member("mallory");
    const gus = await server.guest("gus");
    await alice.asks("block", { nickname: "mallory", on: true });
    await alice.asks("block", { nickname: "gus", on: true });
    await alice.asks("block", { nickname: "gus", on: true });
    await mallory.asks("account.nickname", { nickname: "nice person" });
    const { blocks } = await alice.asks("blocks");
    assertEquals(blocks.map(({ nickname }: Line) => nickname).toSorted(), ["gus", "nice person"]);
    assertEquals((await mallory.asks("blocks")).blocks, []);
    for (const { person } of blocks) await alice.asks("block", { person, on: false });
    assertEquals((await alice.asks("blocks")).blocks, []);

    await alice.fails("block", { nickname: "alice", on: true }, "bad_request");
    await alice.fails("block", { nickname: "nobody", on: true }, "unknown_nickname");
    await alice.fails("block", { on: true }, "bad_request");
    await gus.fails("block", { nickname: "alice", on: true }, "account_needed");
  });
});

async function textsWith(peer: Peer, nickname: string): Promise<string[]> {
  return (await peer.asks("history", { with: nickname })).messages.map(({ text }: Line) => text);
}
