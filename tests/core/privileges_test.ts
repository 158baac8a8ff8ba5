/** What somebody may do besides what everybody may: told at the sign-in, and at once where it changes. */
import { assertEquals } from "../support/assert.ts";
import { PASSWORD, TRANSPORTS, withServer } from "../support/harness.ts";
import { operatorOf } from "../support/operator.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`privileges over ${transport}: who is made an administrator is told everywhere at once, and again when it is over`, async () => {
    await withServer({}, async (server) => {
      const operator = operatorOf(server);
      const ada = await server.member("ada", transport);
      const phone = await server.member("ada", transport);
      const bob = await server.member("bob", transport);
      for (const peer of [ada, phone, bob]) await peer.forgets();
      const ranks = [["admin", true], ["member", false]] as const;
      for (const [role, admin] of ranks) {
        await operator(["account", "role", "ada", role]).ends();
        for (const peer of [ada, phone]) await peer.hears({ event: "privileges", admin, invites: true });
      }
      await operator(["account", "role", "ada", "member"]).ends();
      for (const peer of [ada, phone, bob]) await peer.hearsNothing();
    });
  });
}

Deno.test("privileges: who may make invitations is told at the sign-in, and when that is set otherwise", async () => {
  await withServer({}, async (server) => {
    const operator = operatorOf(server);
    const [wilma, ada] = [await server.member("wilma"), await server.member("ada")];
    await operator(["account", "role", "wilma", "admin"]).ends();
    const eve = await server.guest("eve");
    for (const peer of [wilma, ada, eve]) await peer.forgets();
    await operator(["settings", "invitations", "admins"]).ends();
    await ada.hears({ event: "privileges", admin: false, invites: false });
    const { message } = await ada.fails("invitation.make", {}, "invitations_closed");
    assertEquals(
      message,
      "Cannot make an invitation: only administrators make invitations on this server",
    );
    for (const peer of [wilma, eve]) await peer.hearsNothing();

    const door = await server.connect();
    const asMember = await door.asks("login", { username: "ada", password: PASSWORD });
    assertEquals([asMember.admin, asMember.invites], [undefined, undefined]);
    const asWilma = await (await server.connect()).asks("login", { username: "wilma", password: PASSWORD });
    assertEquals([asWilma.admin, asWilma.invites], [true, true]);
    await ada.forgets();
    await operator(["settings", "invitations", "default"]).ends();
    await ada.hears({ event: "privileges", admin: false, invites: true });
    door.close();
    const back = await (await server.connect()).asks("resume", { token: asMember.token });
    assertEquals([back.admin, back.invites], [undefined, true]);
    const stranger = await (await server.connect()).asks("guest", { nickname: "gil" });
    assertEquals(stranger.invites, undefined);
  });
});
