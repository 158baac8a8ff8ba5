/** Invitations by link, in a terminal: made, listed, revoked, and used. */
import { assertTrue } from "../support/assert.ts";
import { PASSWORD, withServer } from "../support/harness.ts";
import { operatorOf } from "../support/operator.ts";
import { chatAt, inTerminal } from "./terminal_scene.ts";

inTerminal("somebody inside makes a link, and somebody outside comes in with it", async () => {
  await withServer({}, async (server) => {
    const bob = await server.member("bob");
    await bob.asks("enter", { room: "ops" });
    const { code } = await bob.asks("invitation.make", { rooms: ["ops"], uses: 2 });
    await operatorOf(server)(["settings", "registration", "invite"]).ends();
    await using alice = chatAt(server, []);
    await alice.shows("Sign in, or register with an invitation? [s/r]");
    await alice.enters("r");
    await alice.shows("Invitation, its link or its code:");
    await alice.enters("000000000000");
    for (
      const [question, answer] of [["Username", "alice"], ["Nickname", ""], ["Password", PASSWORD], [
        "again",
        PASSWORD,
      ], ["Email", ""]]
    ) {
      await alice.shows(question!);
      await alice.enters(answer!);
    }
    // Only what is wrong is asked again.
    await alice.shows(/it is wrong, used up, revoked or too old[^]*Invitation, its link or its code:/);
    await alice.enters(`http://chat.example/#/invitation/${code.toLowerCase()}`);
    await alice.shows(/lobby>$/);
    await bob.hearsAtLast({ event: "entered", room: "ops", nickname: "alice" });

    await alice.enters("/join den");
    await alice.shows(/den>$/);
    await alice.enters("/invitation den, ops x3 for 2d");
    await alice.shows(
      /http:\/\/127\.0\.0\.1:\d+\/#\/invitation\/[0-9A-Z]{12}\n-- into den, ops, good 3 times of 3, until /,
    );
    const made = (await listOf(server)).find(({ by }) => by === "alice")!;
    assertTrue(
      made.uses === 3 && Math.round((made.until - made.at) / 86_400_000) === 2,
      JSON.stringify(made),
    );
    await alice.enters("/invitations");
    await alice.shows(`${made.id}  into den, ops, good 3 times of 3`);
    await alice.enters(`/revoke ${made.id}`);
    await alice.shows("-- nobody comes in with it any more");
    await alice.enters("/leave ops");
    await alice.enters(`/use ${code}`);
    await alice.shows(/ops>$/);
  });
});

async function listOf(server: Parameters<typeof operatorOf>[0]) {
  const { stdout } = await operatorOf(server)(["invitation", "list", "--json"]).ends();
  return stdout.map((line) =>
    JSON.parse(line) as { id: string; by: string; uses: number; at: number; until: number }
  );
}
