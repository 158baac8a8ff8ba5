/** Invitations by link: who makes them, what they lead to, and when they are worth nothing any more. */
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";
import { HOUR } from "../support/clock.ts";
import { type Line, PASSWORD, type Peer, type TestServer, withServer } from "../support/harness.ts";
import { operatorOf } from "../support/operator.ts";
import { CodesClient } from "../dialects/clients/codes_client.ts";
import { md5, PersonTalkClient } from "../dialects/clients/persontalk_client.ts";

const DAY = 24 * HOUR;

function named(name: string): Line {
  return { username: name, nickname: name, password: PASSWORD };
}

/** Somebody whose account the operator has made. */
async function added(server: TestServer, name: string, ...more: string[]): Promise<Peer> {
  await operatorOf(server)(["account", "add", name, ...more], PASSWORD).ends();
  const peer = await server.connect();
  await peer.asks("login", { username: name, password: PASSWORD });
  return await peer.forgets();
}

Deno.test("invitations: a start without any account makes a link to the first administrator, good once and for a day", async () => {
  let now = Date.now();
  await withServer({ registration: "closed" }, async (server) => {
    const before = server.running.first!;
    assertLike(before.link, /^http:\/\/127\.0\.0\.1:\d+\/#\/invitation\/[0-9A-Z]{12}$/);
    assertEquals(before.expiresAt, now + DAY);
    await server.restart();
    const { link } = server.running.first!;
    const door = await server.connect();
    await door.fails("invitation", { code: before.link }, "bad_invitation");
    const led = await door.asks("invitation", { code: link });
    assertEquals([led.by, led.rooms, led.admin], [null, [], true]);
    now += DAY;
    await door.fails("register", { ...named("ada"), invitation: link }, "bad_invitation");
    now -= 1;
    await door.fails("register", { ...named("ada"), invitation: "000000000000" }, "bad_invitation");
    await door.asks("register", { ...named("ada"), invitation: link });
    await door.fails("register", { ...named("eve"), invitation: link }, "bad_invitation");
    const { stdout } = await operatorOf(server)(["account", "list", "--json"]).ends();
    assertEquals(stdout.map((line) => JSON.parse(line)).map(({ username, role }) => [username, role]), [
      ["ada", "admin"],
    ]);
    await server.restart();
    assertEquals(server.running.first, undefined);
  }, { clock: () => now });
});

Deno.test("invitations: the link is worth nothing once there is an administrator", async () => {
  await withServer({}, async (server) => {
    const { link } = server.running.first!;
    await added(server, "ada", "--admin");
    const door = await server.connect();
    await door.fails("invitation", { code: link }, "bad_invitation");
    await door.fails("register", { ...named("eve"), invitation: link }, "bad_invitation");
  });
});

Deno.test("invitations: so many people make an account with one, and are in its rooms when they come", async () => {
  let now = Date.now();
  await withServer({ registration: "invite" }, async (server) => {
    const ada = await added(server, "ada");
    await ada.asks("enter", { room: "plans", private: true });
    await ada.asks("enter", { room: "ops" });
    const made = await ada.asks("invitation.make", { rooms: ["plans", "Ops", "ops"], uses: 2, days: 3 });
    assertEquals([made.by, made.rooms, made.uses, made.left], ["ada", ["plans", "ops"], 2, 2]);
    assertEquals(made.until - made.at, 3 * DAY);
    assertLike(made.link, new RegExp(`^http://127\\.0\\.0\\.1:\\d+/#/invitation/${made.code}$`));
    await ada.forgets();

    const bob = await server.connect();
    const { by, rooms } = await bob.asks("invitation", { code: made.code.toLowerCase() });
    assertEquals([by, rooms], ["ada", ["plans", "ops"]]);
    const registered = await bob.asks("register", { ...named("bob"), invitation: made.link });
    assertEquals(registered.rooms, ["plans", "ops"]);
    assertEquals((await ada.asks("members", { room: "plans" })).members.includes("ada"), true);
    const signedIn = await bob.asks("login", { username: "bob", password: PASSWORD });
    assertEquals(signedIn.rooms, ["lobby", "plans", "ops"]);
    await ada.hearsAtLast({ event: "entered", room: "plans", nickname: "bob" });
    await ada.hears({ event: "entered", room: "ops", nickname: "bob" });

    const door = await server.connect();
    const eve = { ...named("eve"), invitation: made.code };
    await door.fails("register", named("eve"), "invitation_needed");
    await door.fails("register", { ...eve, nickname: "bob" }, "nickname_taken");
    assertEquals((await ada.asks("invitations")).invitations.map(({ left }: Line) => left), [1]);
    now += 3 * DAY;
    await door.fails("register", eve, "bad_invitation");
    now -= 1;
    await door.asks("register", eve);
    await door.fails("register", { ...named("dan"), invitation: made.code }, "bad_invitation");
    const [listed] = (await ada.asks("invitations")).invitations;
    assertEquals([listed.id, listed.left, "code" in listed, "link" in listed], [made.id, 0, false, false]);
  }, { clock: () => now });
});

Deno.test("invitations: nobody gives with one what they may not give", async () => {
  await withServer({}, async (server) => {
    const [ada, bob, root] = [
      await server.member("ada"),
      await server.member("bob"),
      await added(server, "root", "--admin"),
    ];
    const gil = await server.guest("gil");
    const door = await server.connect();
    await door.fails("invitation.make", {}, "not_signed_in");
    await gil.fails("invitation.make", {}, "account_needed");
    await gil.fails("invitations", {}, "account_needed");
    for (const wrong of [{ uses: 0 }, { uses: 1001 }, { days: 366 }, { rooms: Array(21).fill("lobby") }]) {
      await ada.fails("invitation.make", wrong, "bad_request");
    }
    await ada.asks("enter", { room: "plans", private: true });
    await ada.asks("invite", { room: "plans", nickname: "bob" });
    await bob.asks("enter", { room: "plans" });
    await bob.fails("invitation.make", { rooms: ["plans"] }, "forbidden");
    await root.fails("invitation.make", { rooms: ["plans"] }, "unknown_room");
    await ada.asks("enter", { room: "ops" });
    await bob.fails("invitation.make", { rooms: ["ops"] }, "not_member");

    // An administrator sees all of them, but not what rooms there are that they are not in.
    const { id, code } = await ada.asks("invitation.make", { rooms: ["plans", "ops"] });
    assertEquals((await bob.asks("invitations")).invitations, []);
    const [seen] = (await root.asks("invitations")).invitations;
    assertEquals([seen.id, seen.by, seen.rooms], [id, "ada", ["ops"]]);
    const { stdout } = await operatorOf(server)(["invitation", "list"]).ends();
    assertTrue(stdout.some((line) => / ada +ops +1 of 1 /.test(line)), stdout.join("\n"));

    // Who has no right there any more gives none.
    await ada.asks("room.role", { room: "plans", nickname: "bob", role: "owner" });
    await bob.asks("room.role", { room: "plans", nickname: "ada", role: "member" });
    assertEquals((await door.asks("invitation", { code })).rooms, ["ops"]);
    await bob.fails("invitation.revoke", { invitation: id }, "bad_invitation");
    await root.asks("invitation.revoke", { invitation: id });
    await door.fails("invitation", { code }, "bad_invitation");
  });
});

Deno.test("invitations: where only administrators make them, those of others count no more; nor those of who is disabled", async () => {
  await withServer({ registration: "invite" }, async (server) => {
    const operator = operatorOf(server);
    const [ada, root] = [await added(server, "ada"), await added(server, "root", "--admin")];
    const { code: adas } = await ada.asks("invitation.make");
    const { code: roots } = await root.asks("invitation.make");
    await operator(["settings", "invitations", "admins"]).ends();
    await ada.fails("invitation.make", {}, "invitations_closed");
    const door = await server.connect();
    await door.fails("invitation", { code: adas }, "bad_invitation");
    await door.asks("invitation", { code: roots });
    await operator(["settings", "invitations", "members"]).ends();
    await door.asks("invitation", { code: adas });
    await operator(["account", "disable", "ada"]).ends();
    await door.fails("register", { ...named("eve"), invitation: adas }, "bad_invitation");
    // Closed: only those of whoever runs the server.
    await operator(["settings", "registration", "closed"]).ends();
    await door.fails("register", { ...named("eve"), invitation: roots }, "registration_closed");
    const [link = "", note = ""] =
      (await operator(["invitation", "make", "--uses", "2", "--days", "1"]).ends()).stdout;
    assertLike(note, /^Good 2 times, until \d{4}-\S+Z; shown only now\.$/);
    await door.asks("register", { ...named("eve"), invitation: link });
  });
});

Deno.test("invitations: who is here with an account comes into the rooms at once", async () => {
  await withServer({}, async (server) => {
    const [ada, bob, gil] = [
      await server.member("ada"),
      await server.member("bob"),
      await server.guest("gil"),
    ];
    await ada.asks("enter", { room: "plans", private: true });
    await ada.asks("enter", { room: "ops" });
    await bob.asks("enter", { room: "ops" });
    const { code } = await ada.asks("invitation.make", { rooms: ["ops", "plans"], uses: 9 });
    await ada.forgets();
    await gil.fails("invitation.use", { code }, "account_needed");
    assertEquals((await bob.asks("invitation.use", { code })).rooms, ["ops", "plans"]);
    await ada.hears({ event: "entered", room: "plans", nickname: "bob" });
    assertEquals(
      (await bob.asks("invitation.use", { code })).rooms,
      ["ops", "plans"],
      "it is the same again",
    );
    assertEquals((await ada.asks("invitations")).invitations[0].left, 8);
    await ada.asks("kick", { room: "plans", nickname: "bob", minutes: 5 });
    assertEquals((await bob.asks("invitation.use", { code })).rooms, ["ops"], "as if it were not there");
    await bob.fails("members", { room: "plans" }, "unknown_room");
  });
});

Deno.test("invitations: whoever runs the server makes, lists and revokes them, while it runs or not", async () => {
  await withServer({ publicUrl: "https://chat.example.org" }, async (server) => {
    const operator = operatorOf(server);
    const ada = await server.member("ada");
    await ada.asks("enter", { room: "ops" });
    const [json = ""] = (await operator(["invitation", "make", "--room", "ops", "--json"]).ends()).stdout;
    const made = JSON.parse(json);
    assertLike(made.link, /^https:\/\/chat\.example\.org\/#\/invitation\/[0-9A-Z]{12}$/);
    assertEquals([made.by, made.rooms, "code" in made], [null, ["ops"], false]);
    await server.running.stop();
    await operator(["invitation", "make", "--room", "nowhere"]).fails(
      'switchboard: Cannot make an invitation into "nowhere": there is no such open room',
    );
    await operator(["invitation", "revoke", made.id]).says([`${made.id} is revoked.`]);
    await operator(["invitation", "revoke", made.id]).fails(
      `switchboard: Cannot revoke "${made.id}": you have no such invitation`,
    );
    await server.restart();
    const { stdout } = await operator(["invitation", "list"]).ends();
    assertEquals(stdout.filter((line) => line.includes(made.id)), []);
    const door = await server.connect();
    await door.fails("invitation", { code: made.link }, "bad_invitation");
  });
});

Deno.test("invitations: programs that know none take one behind the password, or behind the phone number", async () => {
  const listen = [{ port: 0, dialect: "codes" }, { port: 0, dialect: "persontalk" }] as const;
  await withServer({ registration: "invite", listen: [...listen] }, async (server) => {
    const ada = await added(server, "ada");
    await ada.asks("enter", { room: "ops" });
    const { code } = await ada.asks("invitation.make", { rooms: ["ops"], uses: 3 });
    const mary = await CodesClient.connect(server.running);
    mary.says("102", "Mary", `${PASSWORD}#000000000000`);
    await mary.hears("201");
    mary.says("102", "Mary", `${PASSWORD}#${code}`);
    await mary.hears("206");
    mary.says("101", "Mary", PASSWORD);
    await mary.hears("204", "Mary");
    await ada.hearsAtLast({ event: "entered", room: "ops", nickname: "Mary" });
    await mary.close();

    const program = await PersonTalkClient.connect(server.running);
    const account = (name: string) => ({ nick_name: name, user_name: name, email: `${name}@example.org` });
    await program.login(2, { ...account("bob"), password: `${PASSWORD}#${code}`, phone: "" }, 0);
    // The original program sends the MD5 of what was typed, in which nobody finds anything.
    const hashed = { ...account("cyd"), password: md5(PASSWORD) };
    const { message } = await program.login(2, {
      ...hashed,
      password: md5(`${PASSWORD}#${code}`),
      phone: "1",
    }, 2);
    assertLike(message, /^Cannot register: it takes an invitation here/);
    await program.login(2, { ...hashed, phone: `123#${code}` }, 0);
    await program.login(1, { user_name: "cyd", password: md5(PASSWORD) }, 0);
  });
  // Where anybody may register, a password may have such a sign in it.
  await withServer({ listen: [...listen] }, async (server) => {
    const mary = await CodesClient.connect(server.running);
    mary.says("102", "Mary", "plug#jack-cord-7");
    await mary.hears("206");
    mary.says("101", "Mary", "plug#jack-cord-7");
    await mary.hears("204", "Mary");
    await mary.close();
  });
});
