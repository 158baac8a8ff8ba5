/** Letters about what was missed: for those who want them, what stands unread for a while, once. */
import { createMailer } from "../../server/mail.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { HOUR, MINUTE } from "../support/clock.ts";
import { World } from "../support/core_world.ts";
import { withServer } from "../support/harness.ts";
import { Mailbox } from "../support/mailbox.ts";

/** Minutes pass, and each time it is looked. */
async function minutes(world: World, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    world.clock.advance(MINUTE);
    await world.timePasses();
  }
}

Deno.test("missed: private messages and mentions that stand unread come in one letter, and not twice", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  const bob = await world.member("bob");
  await bob.asks("send", { to: "alice", text: "from before" });
  await alice.asks("account.missed", { level: "with_text" });
  await bob.asks("send", { to: "alice", text: "psst" });
  await bob.asks("send", { room: "lobby", text: "@alice, look" });
  await bob.asks("send", { room: "lobby", text: "nothing for anybody" });
  const seen = await bob.asks("send", { to: "alice", text: "are you there?" });
  await minutes(world, 14);
  assertEquals(world.missed, []);
  await minutes(world, 4);
  assertEquals(world.missed.map(({ to, lines }) => [to, lines]), [["alice@example.org", [
    { with: "bob", count: 2, text: "are you there?" },
    { room: "lobby", count: 1, text: "@alice, look" },
  ]]]);
  await minutes(world, 120);
  assertEquals(world.missed.length, 1, "nothing more was said");

  // What was read is in no letter, and the next comes no sooner than an hour after the one before.
  await alice.asks("read", { with: "bob", message: seen.id });
  await alice.asks("account.missed", { level: "without_text" });
  const read = await bob.asks("send", { to: "alice", text: "this is read" });
  await alice.asks("read", { with: "bob", message: read.id });
  await minutes(world, 30);
  assertEquals(world.missed.length, 1);
  await bob.asks("send", { to: "alice", text: "and this is not" });
  await minutes(world, 30);
  assertEquals(world.missed[1]!.lines, [{ with: "bob", count: 1 }]);
  await bob.asks("send", { to: "alice", text: "nor this" });
  await minutes(world, 40);
  assertEquals(world.missed.length, 2);
  await minutes(world, 40);
  assertEquals(world.missed.length, 3);

  await alice.asks("account.missed", { level: "never" });
  await bob.asks("send", { to: "alice", text: "into the void" });
  world.clock.advance(HOUR);
  await minutes(world, 30);
  assertEquals(world.missed.length, 3);
});

Deno.test("missed: a letter about many messages says how many, and has the last one", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  const bob = await world.member("bob");
  await alice.asks("account.missed", { level: "with_text" });
  for (let n = 1; n <= 60; n++) await bob.asks("send", { to: "alice", text: `word ${n}` });
  await alice.asks("send", { to: "bob", text: "later" });
  await minutes(world, 18);
  assertEquals(world.missed.map(({ lines }) => lines), [[{ with: "bob", count: 60, text: "word 60" }]]);
});

Deno.test("missed: the link in a letter ends them without signing in, and only when it is pressed", async () => {
  await using mailbox = await Mailbox.open();
  await withServer({ smtp: mailbox.url }, async (server) => {
    const alice = await server.member("alice");
    await alice.asks("account.missed", { level: "with_text" });
    assertEquals((await alice.asks("account")).missed_mail, "with_text");
    const address = `${server.running.http}/mail/stop?token=wrong`;
    const shown = await fetch(address);
    assertEquals(shown.status, 200);
    assertTrue((await shown.text()).includes('<form method="post"'), "it asks first");
    const refused = await fetch(address, { method: "POST" });
    assertEquals((await refused.json()).error.code, "bad_code");
    assertEquals((await alice.asks("account")).missed_mail, "with_text");
  });
  const world = await World.begin();
  const alice = await world.member("alice");
  const bob = await world.member("bob");
  await alice.asks("account.missed", { level: "with_text" });
  await bob.asks("send", { to: "alice", text: "psst" });
  await minutes(world, 20);
  const stranger = world.someone();
  await stranger.asks("missed.stop", { token: world.missed[0]!.stop });
  assertEquals((await alice.asks("account", {})).missed_mail, "never");
});

Deno.test("missed: a letter leads to the places, and mail programs can end them", async () => {
  await using mailbox = await Mailbox.open();
  const mailer = createMailer({
    smtp: mailbox.url,
    from: "switchboard@localhost",
    folder: "",
    publicUrl: () => "https://chat.example",
    newId: () => "",
  });
  const lines = [{ with: "bob", count: 2, text: "one\nand another" }, { room: "engine room", count: 1 }];
  mailer.sendMissed({ to: "alice@example.org", nickname: "alice", lines, stop: "secret" });
  await mailer.settled();
  const { to, text } = mailbox.letters[0]!;
  assertEquals(to, "alice@example.org");
  const plain = text.replaceAll("=\r\n", "").replaceAll("=3D", "=").replaceAll("\r\n", "\n");
  for (
    const expected of [
      "List-Unsubscribe: <https://chat.example/mail/stop?token=secret>",
      "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
      "bob wrote to you 2 times:\n> one and another\nhttps://chat.example/#/with/bob\n",
      "engine room mentions you:\nhttps://chat.example/#/room/engine%20room\n",
    ]
  ) {
    assertTrue(plain.includes(expected), `${expected}\nis not in\n${plain}`);
  }
});

Deno.test("missed: the link in a letter counts for three months", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  const bob = await world.member("bob");
  await alice.asks("account.missed", { level: "with_text" });
  await bob.asks("send", { to: "alice", text: "psst" });
  await minutes(world, 18);
  const { stop: token } = world.missed[0]!;
  world.clock.advance(91 * 24 * HOUR);
  await world.someone().fails("missed.stop", { token }, "bad_code");
  world.clock.advance(-2 * 24 * HOUR);
  await world.someone().asks("missed.stop", { token });
});
