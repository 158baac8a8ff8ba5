/** People and one's own account, in a terminal. */
import { assertEquals } from "../support/assert.ts";
import { PASSWORD, withServer } from "../support/harness.ts";
import { chatAt, inTerminal } from "./terminal_scene.ts";

inTerminal("people are found, and one says how one is", async () => {
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

    await alice.enters("/status 🌴 on the beach for 2h");
    const told = await bob.hearsAtLast({ event: "profile", nickname: "alice" });
    assertEquals([told.status.emoji, told.status.text], ["🌴", "on the beach"]);
    await alice.enters("/dnd");
    await bob.hearsAtLast({ event: "profile", nickname: "alice", availability: "do_not_disturb" });
    await alice.enters("/people ALI");
    await alice.shows("alice: online, does not want to be disturbed: 🌴 on the beach\n");
    await alice.enters("/back");
    await alice.shows("-- others see: alice 🌴 on the beach\n");
    await alice.enters("/status");
    await alice.shows("-- others see: alice is here\n");
    await alice.enters("/msg bob");
    await alice.shows(/@bob>$/);
    await bob.asks("status", { availability: "away" });
    await alice.shows("-- bob is away\n");
    await alice.enters("/people");
    await alice.shows("bob: online, is away\n");
    await alice.enters("/people nobody");
    await alice.shows("-- nobody of this name has an account\n");
  });
});
