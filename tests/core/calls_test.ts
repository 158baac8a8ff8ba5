/** `@room` and `@here`: who calls everybody in a room at once, and what it is when somebody else writes it. */
import { callOf } from "../../server/core/shared/mentions.ts";
import { assertEquals } from "../support/assert.ts";
import { operatorOf } from "../support/operator.ts";
import { type Line, type Peer, withServer } from "../support/harness.ts";

Deno.test("callOf: @room and @here, as words of their own", () => {
  const texts = [
    "@room lunch",
    "lunch, ＠Here!",
    "room",
    "@roommate",
    "me@here",
    "@ room",
    "@here and @room",
  ];
  assertEquals(texts.map(callOf), ["room", "here", undefined, undefined, undefined, undefined, "here"]);
});

async function isMentioned(peer: Peer): Promise<boolean> {
  const { rooms } = await peer.asks("conversations");
  return rooms.find(({ room }: Line) => room === "plans").mentioned === true;
}

Deno.test("@room: counts as a mention for everybody, of a moderator; of anybody else where that is set", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    for (const each of [alice, bob]) await each.asks("enter", { room: "plans" });
    await bob.asks("send", { room: "plans", text: "@room tea?" });
    assertEquals(await isMentioned(alice), false);
    await alice.asks("send", { room: "plans", text: "@here tea!" });
    assertEquals(await isMentioned(bob), false);
    const { id } = await alice.asks("send", { room: "plans", text: "@room tea!" });
    assertEquals(await isMentioned(bob), true);
    await bob.asks("read", { room: "plans", message: id });
    assertEquals(await isMentioned(bob), false);
    assertEquals((await bob.asks("members", { room: "plans" })).calls, undefined);
    await operatorOf(server)(["settings", "room-mentions", "everybody"]).ends();
    assertEquals(await isMentioned(alice), true);
    assertEquals((await bob.asks("members", { room: "plans" })).calls, "everybody");
  });
});
