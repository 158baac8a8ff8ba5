/** Names that look like others, and names that are nobody's: refused to whoever is new, whatever they speak. */
import { DatabaseSync } from "node:sqlite";
import { isReserved, looksOf } from "../../server/core/accounts/look_alike.ts";
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";
import { ChatHttpClient } from "../dialects/clients/chathttp_client.ts";
import { run } from "../support/executable.ts";
import { PASSWORD, TRANSPORTS, withServer } from "../support/harness.ts";
import { bringBack } from "../support/older_database.ts";

/** A name, and others that look like it. */
const ALIKE: Record<string, string[]> = {
  carol: ["cаrol", "саrоl", "ｃаrol", "CАROL", "caroI", "caro1", "𝐜𝐚𝐫οl"],
  "Ivan Petrov": ["lvan Petrov", "Іvan Реtrоv"],
  modern: ["rnodern"],
  Владимир: ["Влaдимир", "Bладимир"],
  bob0: ["bobO", "bobо"],
};

Deno.test("looks: what looks alike has a look in common, and people's own names have none", () => {
  const looksLike = (one: string, other: string) =>
    looksOf(one).some((look) => looksOf(other).includes(look));
  for (const [name, others] of Object.entries(ALIKE)) {
    for (const other of others) assertTrue(looksLike(name, other), `${name} and ${other}`);
  }
  const own = [
    "Kai",
    "Kal",
    "Mia",
    "Mla",
    "Ali",
    "All",
    "Anna",
    "Änna",
    "bob",
    "bob2",
    "李雷",
    "李蕾",
    "山田",
    "ada#",
    "ada",
  ];
  for (const one of own) {
    for (const other of own) {
      if (one !== other) assertEquals(looksLike(one, other), false, `${one}, ${other}`);
    }
  }
});

Deno.test("looks: reserved names are so in every dress", () => {
  for (
    const name of [
      "admin",
      "Admin",
      "АDMIN",
      "adrnin",
      "_admin_",
      "A d m i n",
      "irc.switchboard",
      "irc．switchboard",
      "IRC Switchbоard",
      "lrc·switchboard",
      "Ｓerver",
      "rооt",
      "管理员",
      "S.Y.S.T.E.M",
      "МODERATOR",
      "ADМIN",
      "Мod",
      "мoderator",
      "ADM1N",
      "Adm1n",
      "adm|n",
      "admln",
      "R00T",
      "r0ot",
      "SYSOР",
      "оffiсia1",
      "here",
      "HERE",
      "@room",
      "a-l-l",
      "аll",
      "Everyone",
      "everybody",
      "rооm",
      "Deleted account",
      "已注销账号",
    ]
  ) {
    assertTrue(isReserved(name), name);
  }
  for (
    const name of [
      "Adminka",
      "ada",
      "serverin",
      "Roots",
      "ALI",
      "李管理",
      "m",
      "admin1",
      "Ada10",
      "Modi",
      "Ali",
      "Allan",
      "Rooma",
    ]
  ) {
    assertEquals(isReserved(name), false, name);
  }
});

for (const transport of TRANSPORTS) {
  Deno.test(`look-alikes over ${transport}: of an account or somebody online nobody new gets one`, async () => {
    await withServer({}, async (server) => {
      const carol = await server.member("carol", transport);
      const dave = await server.guest("dаve", transport);
      const peer = await server.connect(transport);
      const account = { password: PASSWORD };
      for (const nickname of ALIKE.carol!) {
        const { message } = await peer.fails("guest", { nickname }, "nickname_taken");
        assertLike(message, /looks like "carol"|is taken/);
        await peer.fails("register", { ...account, username: "other", nickname }, "nickname_taken");
        await peer.fails("register", { ...account, username: nickname, nickname: "other" }, "username_taken");
      }
      await peer.fails("guest", { nickname: "dave" }, "nickname_taken");
      await peer.fails("register", { ...account, username: "dave", nickname: "dave" }, "nickname_taken");
      for (const name of ["Admin", "sеrver", "Adm1n", "here", "Rооm", "..", ".", "/quit", "／quit", "‥"]) {
        await peer.fails("guest", { nickname: name }, "bad_nickname");
        await peer.fails("register", { ...account, username: name, nickname: "other" }, "bad_username");
        await peer.fails("register", { ...account, username: "other", nickname: name }, "bad_nickname");
      }
      await dave.asks("logout");
      await carol.asks("logout");
      await peer.fails("guest", { nickname: "cаrol" }, "nickname_taken");
      await peer.asks("guest", { nickname: "dave" });
    });
  });
}

Deno.test("look-alikes: a guest whose name somebody took the look of meanwhile comes back under another", async () => {
  await withServer({}, async (server) => {
    const { token } = await (await server.connect()).asks("guest", { nickname: "cаrol", offline: true });
    await server.member("carol");
    await (await server.connect()).fails("resume", { token }, "nickname_taken");
  });
});

Deno.test("look-alikes: two who register at once don't get both", async () => {
  await withServer({}, async (server) => {
    const peers = await Promise.all(
      ["carol", "cаrol"].map(async (name) => ({ name, peer: await server.connect() })),
    );
    const lines = await Promise.all(
      peers.map(({ name, peer }) =>
        peer.says("register", { username: name, nickname: name, password: PASSWORD })
      ),
    );
    assertEquals(lines.map(({ ok }) => ok).sort(), [false, true]);
  });
});

Deno.test("look-alikes: a new room is none of another one", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    await alice.asks("enter", { room: "harbour" });
    for (const room of ["1obby", "lоbby", "hаrbour"]) await alice.fails("enter", { room }, "bad_room");
    await alice.asks("leave", { room: "harbour" });
    await alice.asks("enter", { room: "hаrbour" });
  });
});

Deno.test("look-alikes: older programs are refused in their own words", async () => {
  await withServer({ listen: [{ port: 0, dialect: "chathttp" }] }, async (server) => {
    await server.member("carol");
    const program = await ChatHttpClient.connect(server.running, "eve");
    assertEquals((await program.add("cаrol")).status, "401");
    const { status, entity } = await program.add("Admin");
    assertEquals(status, "400");
    assertLike(entity, /kept for those who run this server/);
    await program.close();
  });
});

Deno.test("look-alikes: older accounts are as they were, and the operator may give a reserved name", async () => {
  await withServer({}, async (server) => {
    const data = `${server.folder}/data`;
    for (const name of ["carol", "xavier"]) await (await server.member(name)).asks("logout");
    await server.running.stop();
    bringBack(`${data}/switchboard.db`, 8);
    const database = new DatabaseSync(`${data}/switchboard.db`);
    database.exec(
      `UPDATE accounts SET username = 'cаrol', username_key = 'cаrol', nickname = 'cаrol', nickname_key = 'cаrol'
      WHERE username = 'xavier'`,
    );
    database.close();
    await server.restart();
    for (const username of ["carol", "cаrol"]) {
      await (await server.connect()).asks("login", { username, password: PASSWORD });
    }
    await (await server.connect()).fails("guest", { nickname: "саrol" }, "nickname_taken");
    const given = { input: `${PASSWORD}\n` };
    const added = await run(["account", "add", "admin", "--data", data], given).ended;
    assertEquals([added.stderr, added.stdout], [[], ["admin can sign in now."]]);
    assertEquals(
      (await server.connect().then((peer) => peer.asks("login", { username: "admin", password: PASSWORD })))
        .nickname,
      "admin",
    );
  });
});
