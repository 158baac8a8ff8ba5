import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals, assertLike, assertMatches, assertTrue } from "../support/assert.ts";
import { HASH_COST } from "../../server/argon2.ts";
import { HashWatch } from "../support/hashing.ts";
import { PASSWORD, type Peer, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";

const ALICE = { username: "alice.smith", nickname: "Älice", password: PASSWORD, email: "Alice@Example.org" };

/** Registers somebody without signing in. */
async function registered(server: TestServer, fields: Record<string, string>): Promise<Peer> {
  const peer = await server.connect();
  await peer.asks("register", fields);
  return peer;
}

for (const transport of TRANSPORTS) {
  Deno.test(`accounts over ${transport}: username, nickname and email sign in, however they are written`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.connect(transport);
      assertMatches(await alice.asks("register", ALICE), { nickname: "Älice" });
      const spellings = [
        "alice.smith",
        "ALICE.Smith",
        "ａｌｉｃｅ．ｓｍｉｔｈ",
        "Älice",
        "äLICE",
        "A\u0308lice",
        "alice@example.org",
        "ALICE@EXAMPLE.ORG",
      ];
      for (const username of spellings) {
        const peer = await server.connect(transport);
        assertMatches(await peer.asks("login", { username, password: PASSWORD }), { nickname: "Älice" });
      }
    });
  });

  Deno.test(`accounts over ${transport}: a new password needs the old one and ends every other session`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      const phone = await server.connect(transport);
      const { token } = await phone.asks("login", { username: "alice", password: PASSWORD });
      const next = "jack-plug-cord-8";

      const { message } = await alice.fails("password.change", { old: "wrong", new: next }, "bad_password");
      assertEquals(message, "Cannot change the password: the old one is wrong");
      await alice.fails("password.change", { old: PASSWORD, new: "short" }, "weak_password");
      await phone.forgets();
      await alice.asks("password.change", { old: PASSWORD, new: next });
      await phone.hears({ event: "bye", code: "password_changed" });
      await phone.ended;

      await alice.asks("send", { room: "lobby", text: "still here" });
      const back = await server.connect(transport);
      await back.fails("resume", { token }, "bad_token");
      await back.fails("login", { username: "alice", password: PASSWORD }, "bad_password");
      await back.asks("login", { username: "alice", password: next });
    });
  });
}

Deno.test("accounts: the session that changes the password keeps its token", async () => {
  await withServer({}, async (server) => {
    const alice = await registered(server, ALICE);
    const { token } = await alice.asks("login", { username: "alice.smith", password: PASSWORD });
    await alice.asks("password.change", { old: PASSWORD, new: "jack-plug-cord-8" });
    alice.close();
    await alice.ended;
    const back = await server.connect();
    assertMatches(await back.asks("resume", { token }), { nickname: "Älice" });
  });
});

Deno.test("accounts: signed out, the password is changed by naming the account, and all its sessions end", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const stranger = await server.connect();
    const change = { old: PASSWORD, new: "jack-plug-cord-8" };
    await stranger.fails("password.change", change, "not_signed_in");
    await stranger.fails("password.change", { ...change, username: "nobody" }, "bad_password");
    await stranger.asks("password.change", { ...change, username: "ALICE" });
    await alice.hearsAtLast({ event: "bye", code: "password_changed" });
    await stranger.asks("login", { username: "alice", password: "jack-plug-cord-8" });
  });
});

Deno.test("accounts: a guest's account may have the nickname that the guest has, and nobody else's may", async () => {
  await withServer({}, async (server) => {
    const zelda = await server.guest("zelda");
    const account = { username: "zelda", nickname: "Zelda", password: PASSWORD };
    for (const other of [await server.connect(), await server.guest("eve")]) {
      await other.fails("register", account, "nickname_taken");
    }
    await zelda.asks("register", account);
    await zelda.asks("send", { room: "lobby", text: "a guest until I come back" });
    await zelda.asks("logout");
    await (await server.connect()).fails("guest", { nickname: "zelda" }, "nickname_taken");
    assertMatches(await zelda.asks("login", { username: "zelda", password: PASSWORD }), {
      nickname: "Zelda",
    });
  });
});

Deno.test("accounts: guests have no password to change", async () => {
  await withServer({}, async (server) => {
    await registered(server, ALICE);
    const bob = await server.guest("bob");
    await bob.fails("password.change", { old: "", new: "jack-plug-cord-8" }, "account_needed");
    const change = { username: "alice.smith", old: PASSWORD, new: "jack-plug-cord-8" };
    await bob.fails("password.change", change, "account_needed");
  });
});

Deno.test("accounts: no name is given twice", async () => {
  await withServer({}, async (server) => {
    const peer = await registered(server, ALICE);
    await server.guest("Gustav");
    const bob = { username: "bob", nickname: "Bob", password: PASSWORD, email: "bob@example.org" };
    const taken: [Record<string, string>, string][] = [
      [{ username: "Alice.SMITH" }, "username_taken"],
      [{ username: "ａlice.smith" }, "username_taken"],
      [{ username: "älice" }, "username_taken"],
      [{ nickname: "ÄLICE" }, "nickname_taken"],
      [{ nickname: "A\u0308lice" }, "nickname_taken"],
      [{ nickname: "ALICE.smith" }, "nickname_taken"],
      [{ nickname: "gustav" }, "nickname_taken"],
      [{ email: "alice@example.ORG" }, "email_taken"],
    ];
    for (const [fields, code] of taken) await peer.fails("register", { ...bob, ...fields }, code);
    await peer.asks("register", bob);
    assertMatches(await peer.asks("login", { username: "bob", password: PASSWORD }), { nickname: "Bob" });
  });
});

Deno.test("accounts: of those who register a name at once, one gets it", async () => {
  await withServer({}, async (server) => {
    const peers = await Promise.all(Array.from({ length: 4 }, () => server.connect()));
    const replies = await Promise.all(peers.map((peer) => peer.says("register", ALICE)));
    assertEquals(replies.map((reply) => reply.error?.code ?? "ok").sort(), [
      "ok",
      "username_taken",
      "username_taken",
      "username_taken",
    ]);
  });
});

Deno.test("accounts: what can't be a name or an address", async () => {
  await withServer({}, async (server) => {
    const peer = await server.connect();
    const bad: [Record<string, string>, string][] = [
      [{ username: "" }, "bad_username"],
      [{ username: "a@b" }, "bad_username"],
      [{ username: "a".repeat(LIMITS.usernameCharsMax + 1) }, "bad_username"],
      [{ nickname: " alice" }, "bad_nickname"],
      [{ nickname: "al\u200bice" }, "bad_nickname"],
      [{ nickname: "al\u202eice" }, "bad_nickname"],
      [{ nickname: "a".repeat(LIMITS.nicknameCharsMax + 1) }, "bad_nickname"],
      [{ email: "alice" }, "bad_email"],
      [{ email: "alice@example.org\r\nBcc: all@example.org" }, "bad_email"],
      [{ phone: "call me" }, "bad_phone"],
    ];
    for (const [fields, code] of bad) await peer.fails("register", { ...ALICE, ...fields }, code);
    await peer.asks("register", { ...ALICE, nickname: "👩‍👩‍👧 王", phone: "+49 30 1234-567" });
  });
});

Deno.test("accounts: passwords have 8 to 128 characters and are not the common ones", async () => {
  await withServer({}, async (server) => {
    const peer = await server.connect();
    const weak = [
      "",
      "1234567",
      "x".repeat(129),
      "password1",
      "PassWord1",
      "12345678",
      "iloveyou",
      "ALICE.smith",
    ];
    for (const password of weak) await peer.fails("register", { ...ALICE, password }, "weak_password");
    const good = ["🐙🐳🦀🐬🐟🦑🦐🐠", "🐙🐳🦀🐬🐟".repeat(25), "ca\u0308fe latte"];
    for (const [index, password] of good.entries()) {
      const username = `user-${index}`;
      await peer.asks("register", { username, nickname: username, password });
      const other = await server.connect();
      await other.asks("login", { username, password: password.normalize("NFC") });
    }
  });
});

Deno.test("accounts: an unknown name and a wrong password get the same answer after the same work", async () => {
  await withServer({}, async (server) => {
    const peer = await registered(server, ALICE);
    using hashing = new HashWatch();
    const wrong = await peer.fails(
      "login",
      { username: "alice.smith", password: "wrong-wrong" },
      "bad_password",
    );
    const unknown = await peer.fails(
      "login",
      { username: "nobody", password: "wrong-wrong" },
      "bad_password",
    );
    assertEquals(unknown, wrong);
    const [first, second, ...more] = hashing.begun.map(({ name, memory, passes, parallelism }) =>
      `${name} ${memory} KiB ${passes} passes ${parallelism}`
    );
    assertEquals([first, second, more], ["Argon2id 47104 KiB 1 passes 1", first, []]);
  }, { hashCost: HASH_COST });
});

Deno.test("accounts: hashes run a few at once, wait their turn in a bounded line, and hold up nothing else", async () => {
  await withServer({}, async (server) => {
    await registered(server, ALICE);
    const bob = await server.guest("bob");
    using hashing = new HashWatch({ pretend: true });
    hashing.hold();
    const crowd = LIMITS.hashesAtOnceMax + LIMITS.hashesWaitingMax;
    const peers = await Promise.all(Array.from({ length: crowd + 1 }, () => server.connect()));
    const wrong = { username: "alice.smith", password: "wrong-wrong" };
    const answers = peers.map((peer) => peer.says("login", wrong));
    const { error } = await Promise.race(answers);
    assertMatches(error, { code: "busy" });
    assertTrue(error.retry_after_ms > 0, "it says when to come back");
    await bob.asks("send", { room: "lobby", text: "nobody waits for hashes" });

    hashing.letAll();
    const codes = (await Promise.all(answers)).map((reply) => reply.error.code);
    assertEquals(codes.filter((code) => code !== "bad_password"), ["busy"]);
    assertEquals([hashing.begun.length, hashing.atOnce], [crowd, LIMITS.hashesAtOnceMax]);
  });
});

Deno.test("accounts: a sign-in that was under way while the password changed is refused", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const thief = await server.connect();
    using hashing = new HashWatch();
    hashing.hold();
    const stolen = thief.says("login", { username: "alice", password: PASSWORD });
    await hashing.reaches(1);
    const changed = alice.asks("password.change", { old: PASSWORD, new: "jack-plug-cord-8" });
    await hashing.reaches(2);
    hashing.letOne(1);
    for (const hash of [3, 4]) {
      await hashing.reaches(hash);
      hashing.letOne(1);
    }
    await changed;
    hashing.letAll();
    assertEquals((await stolen).error?.code, "bad_password");
  });
});

Deno.test("accounts: a password that is one thing again and again, a row of keys, or mostly a name is refused, in words", async () => {
  await withServer({}, async (server) => {
    const peer = await server.connect();
    const names = { username: "alice.smith", nickname: "Alicia", email: "smith.alice@example.org" };
    const weak: Record<string, RegExp> = {
      "aaaaaaaa": /again and again/,
      "        ": /again and again/,
      "aAaAaAaA": /again and again/,
      "ababababa": /again and again/,
      "abcdabcdab": /again and again/,
      "🐙🐙🐙🐙🐙🐙🐙🐙": /again and again/,
      "abcdefgh": /side by side/,
      "HGFEDCBA": /side by side/,
      "90123456": /side by side/,
      "lkjhgfdsa": /side by side/,
      "switchboard": /name of this program/,
      "Switchboard1!": /name of this program/,
      "alice.smith": /your own name/,
      "Alice.Smith2026": /your own name/,
      "alicia77": /your own name/,
      "smith.alice": /your own name/,
      "SMITH.ALICE@example.org": /your own name/,
    };
    for (const [password, why] of Object.entries(weak)) {
      const { message } = await peer.fails("register", { ...names, password }, "weak_password");
      assertLike(message, why);
    }
    const alice = { ...names, username: "alice", password: "aliceblue-cord-plug" };
    await peer.asks("register", alice); // her name is in it, and most of it is something else
    await peer.asks("login", alice);
    for (const next of ["aaaaaaaa", "switchboard", "alicia77"]) {
      await peer.fails("password.change", { old: alice.password, new: next }, "weak_password");
    }
  });
});

Deno.test("accounts: whether a mail address is known learns nobody who could not have made an account", async () => {
  await withServer({}, async (server) => {
    const peer = await registered(server, ALICE);
    const email = ALICE.email;
    const bob = { username: "bob", nickname: "bob", password: "plug-jack-cord-8" };
    for (
      const otherwise of [{ password: "aaaaaaaa" }, { username: "alice.smith" }, { nickname: "no\u0007" }]
    ) {
      const known = await peer.says("register", { ...bob, ...otherwise, email });
      const unknown = await peer.says("register", { ...bob, ...otherwise, email: "nobody@example.org" });
      assertEquals({ ...known, re: 0 }, { ...unknown, re: 0 });
      assertEquals(known.ok, false);
    }
    using hashing = new HashWatch();
    await peer.fails("register", { ...bob, email }, "email_taken");
    const taken = hashing.begun.length;
    await peer.asks("register", { ...bob, email: "bob@example.org" });
    assertEquals([taken, hashing.begun.length], [2, 4], "after the same work");
  });
});
