/** How rooms are set and kept in order, in a terminal. */
import { assertEquals } from "../support/assert.ts";
import { PASSWORD, withServer } from "../support/harness.ts";
import { chatAt, inTerminal } from "./terminal_scene.ts";

inTerminal("a private room is made, set and kept in order", async () => {
  await withServer({}, async (server) => {
    const bob = await server.member("bob");
    await bob.asks("register", { username: "alice", nickname: "alice", password: PASSWORD });
    await using alice = chatAt(server, []);
    await alice.shows("[s/r/g]");
    await alice.enters("s");
    await alice.shows("Username");
    await alice.enters("alice");
    await alice.shows("Password");
    await alice.enters(PASSWORD);
    await alice.shows(/lobby>$/);

    await alice.enters("/private plans");
    await alice.shows(/plans>$/);
    await alice.enters("/topic until Friday");
    await alice.shows("-- the topic is: until Friday\n");
    await alice.enters("/invite bob");
    await bob.hearsAtLast({ event: "invited", room: "plans", by: "alice", on: true });
    assertEquals((await bob.asks("enter", { room: "plans" })).topic, "until Friday");

    await bob.asks("send", { room: "plans", text: "buy my shoes" });
    await alice.shows("#1 bob: buy my shoes\n");
    await alice.enters("/pin #1");
    await bob.hearsAtLast({ event: "pinned", room: "plans", on: true, by: "alice" });
    await alice.enters("/pins");
    await alice.shows("#1 bob: buy my shoes pinned by alice\n");
    await alice.enters("/remove #1");
    await bob.hearsAtLast({ event: "recalled", room: "plans", from: "alice" });
    await alice.enters("/mute bob 10");
    await alice.shows("-- bob may not speak for 10 minutes\n");
    await bob.fails("send", { room: "plans", text: "why?" }, "muted");
    await alice.enters("/unmute bob");
    await alice.shows("-- bob may speak again\n");
    await alice.enters("/role bob moderator");
    await bob.hearsAtLast({ event: "role", nickname: "bob", role: "moderator" });
    await alice.enters("/set writing nobody");
    await alice.shows('"nobody" is none of everybody, moderators');
    await alice.enters("/set name great plans");
    await alice.shows(/great plans>$/);
    await bob.asks("send", { room: "great plans", text: "then these?" });
    await alice.shows("#2 bob: then these?\n");

    await bob.asks("enter", { room: "attic", private: true });
    await bob.asks("invite", { room: "attic", nickname: "alice" });
    await alice.enters("/invites");
    await alice.shows("attic  from bob: /join attic or /decline attic\n");
    await alice.enters("/decline attic");
    await alice.shows("-- you do not come into attic\n");
    await alice.enters("/invites");
    await alice.shows("-- nobody has invited you\n");
  });
});
