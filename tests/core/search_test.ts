/** Search: what is found, in which languages, and by whom. */
import fc from "fast-check";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { sendFile } from "../support/file_lines.ts";
import { type Line, type Peer, TRANSPORTS, withServer } from "../support/harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`search over ${transport}: words, beginnings of words, and parts of unspaced runs`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      await say(alice, [
        "The quick brown fox jumps over the lazy dog",
        "我们明天下午三点在北京开会讨论项目",
        "Meeting in 北京 at 3 o'clock",
        "ラーメンを食べに行きましょう",
        "내일 서울에서 만나요",
        "Ein Gruß aus Zürich, naïve Café-Gäste",
        "ＦＵＬＬ ｗｉｄｔｈ",
        "error E1234: disk full (see /var/log/app.log)",
        "snake_case and kebab-case",
        "a NUL \0 between",
        "Well done 👍🏽, see you 🇩🇪",
        "👩‍💻🎉 works",
        "שָׁלוֹם לְכֻלָּם",
        "مَرْحَبًا بالجميع",
        "ΟΔΟΣ and Crème Brûlée",
        "ёлка",
      ]);
      const expected: [query: string, lines: number[]][] = [
        ["fox", [0]],
        ["FOX", [0]],
        ["qui", [0]],
        ["uick", []],
        ["q", []],
        ["dog fox", [0]],
        ["fox cat", []],
        ["北京", [1, 2]],
        ["下午", [1]],
        ["开会讨论", [1]],
        ["会", [1]],
        ["京北", []],
        ["北京 meeting", [2]],
        ["北京 项目", [1]],
        ["3 o'clock", [2]],
        ["食べ", [3]],
        ["ラーメン", [3]],
        ["서울", [4]],
        ["zurich", [5]],
        ["Zu\u0308rich", [5]],
        ["cafe", [5]],
        ["full", [6, 7]],
        ["E1234", [7]],
        ["/var/log", [7]],
        ["snake_case", [8]],
        ["kebab-case", [8]],
        ["between", [9]],
        ["👍", [10]],
        ["👍🏽", [10]],
        ["👍🏿", []],
        ["🇩🇪", [10]],
        ["🇪🇩", []],
        ["done 👍", [10]],
        ["🎉", [11]],
        ["👩‍💻", [11]],
        ["💻", [11]],
        ["🎉 works", [11]],
        ["🍅", []],
        ["שלום", [12]],
        ["לכולם", []],
        ["לְכֻלָּם", [12]],
        ["שָׁל", [12]],
        ["مرحبا", [13]],
        ["الجميع", []],
        ["gruss", [5]],
        ["GRUSS", [5]],
        ["Gruß", [5]],
        ["GRUẞ", [5]],
        ["οδος", [14]],
        ["οδοσ", [14]],
        ["brulee", [14]],
        ["BRÛLÉE", [14]],
        ["елка", [15]],
        ["nothing like it", []],
      ];
      const texts = (await alice.asks("history", { room: "lobby" })).messages.map((message: Line) =>
        message.text
      );
      for (const [query, lines] of expected) {
        assertEquals(await found(alice, { text: query }), lines.map((line) => texts[line]), query);
      }
    });
  });
}

Deno.test("search: a file is found by its name, with what was said about it", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bytes = new TextEncoder().encode("x");
    for (const name of ["Straßen-Plan_2026.pdf", "Käse.jpg", "日程表.xlsx"]) {
      await sendFile(alice, { room: "lobby" }, name, bytes);
    }
    const names = async (text: string) => {
      const { messages } = await alice.asks("search", { text });
      return messages.map(({ file }: Line) => file.name);
    };
    assertEquals(await names("strassen"), ["Straßen-Plan_2026.pdf"]);
    assertEquals(await names("plan 2026"), ["Straßen-Plan_2026.pdf"]);
    assertEquals(await names("kase"), ["Käse.jpg"]);
    assertEquals(await names("日程"), ["日程表.xlsx"]);
    const listed = async (filter: Line) => {
      const { files } = await alice.asks("files", { room: "lobby", ...filter });
      return files.map((file: Line) => file.name);
    };
    assertEquals(await listed({ name: "STRASSEN" }), ["Straßen-Plan_2026.pdf"]);
    assertEquals(await listed({ name: "ase" }), ["Käse.jpg"]);
    assertEquals(await listed({ kind: "image" }), []);
    assertEquals((await listed({ kind: "file" })).length, 3);
    await alice.fails("files", { room: "lobby", kind: "ode" }, "bad_request");
    const { messages: [first] } = await alice.asks("search", { text: "plan" });
    const { files: [plan] } = await alice.asks("files", { room: "lobby", name: "plan" });
    assertEquals([plan.message, plan.from, plan.at], [first.id, "alice", first.at]);
    await alice.asks("recall", { message: first.id });
    assertEquals(await names("plan"), []);
  });
});

Deno.test("search: what looks like a query language is only text", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    await say(alice, ['she said "hello" to NEAR and far', "AND OR NOT", "plain"]);
    const [quoted, operators] = ['she said "hello" to NEAR and far', "AND OR NOT"];
    const expected: [query: string, texts: string[]][] = [
      ['"hello"', [quoted]],
      ['"', []],
      ['""', []],
      ['said "hello', [quoted]],
      ["NOT plain", []],
      ["NOT", [operators]],
      ["OR", [operators]],
      ["far NEAR", [quoted]],
      ["NEAR(said far)", []],
      ["NEAR(said far, 5)", []],
      ["text:plain", []],
      ["{text} : plain", []],
      ["pl*", ["plain"]],
      ["^plain", ["plain"]],
      ["plain + hello", []],
      ["-plain", ["plain"]],
      ["(plain", ["plain"]],
      ["'; DROP TABLE messages; --", []],
      ["%", []],
      ["*", []],
      ["plain\0", ["plain"]],
    ];
    for (const [query, texts] of expected) assertEquals(await found(alice, { text: query }), texts, query);
  });
});

Deno.test("search: no query makes an error", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    await say(alice, ["hello world", "北京", "\0"]);
    const syntax = fc.constantFrom(
      ..."\"'*^:(){}+-,;%_\\\0 ",
      "AND",
      "OR",
      "NOT",
      "NEAR",
      "北",
      "hello",
      "é",
      "👍",
    );
    const query = fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
      fc.array(syntax, { minLength: 1, maxLength: 12 }).map((parts) => parts.join("")),
      fc.array(syntax, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(" ")),
      fc.string({
        unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
        minLength: 1,
      }),
    ).filter((text) => text.trim() !== "");
    const queries = fc.sample(query, 2_000);
    const replies = await Promise.all(queries.map((text) => alice.says("search", { text })));
    replies.forEach((reply, index) =>
      assertTrue(reply.ok, `${JSON.stringify(queries[index])} → ${JSON.stringify(reply)}`)
    );
    for (const text of ["", " \t\n", "x".repeat(201)]) await alice.fails("search", { text }, "bad_request");
  });
});

Deno.test("search: what was said is found by each of its words", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const word = fc.array(fc.constantFrom(..."abcxyzéßñ0189"), { minLength: 1, maxLength: 8 }).map((
      letters,
    ) => letters.join(""));
    const run = fc.array(fc.constantFrom(..."明天下午北京开会讨论項目食"), { minLength: 2, maxLength: 12 })
      .map((letters) => letters.join(""));
    const texts = fc.sample(fc.array(fc.oneof(word, run), { minLength: 1, maxLength: 6 }), 60);
    await say(alice, texts.map((words) => words.join(" ")));
    for (const words of texts) {
      const text = words.join(" ");
      for (const part of [...words, ...words.map((each) => [...each].slice(0, 2).join("")), text]) {
        const hits = await found(alice, { text: part, limit: 200 });
        assertTrue(hits.includes(text), `${JSON.stringify(part)} finds ${JSON.stringify(text)}`);
      }
    }
  });
});

Deno.test("search: finds only what the asker may read", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    const eve = await server.guest("eve");
    for (const peer of [alice, bob]) await peer.asks("enter", { room: "ops" });
    await alice.asks("send", { room: "lobby", text: "plan: lobby" });
    await alice.asks("send", { room: "ops", text: "plan: ops" });
    await alice.asks("send", { to: "bob", text: "plan: for bob" });
    await bob.asks("send", { to: "alice", text: "plan: for alice" });
    await alice.asks("send", { to: "eve", text: "plan: for eve" });

    assertEquals(await found(alice, { text: "plan" }), [
      "plan: lobby",
      "plan: ops",
      "plan: for bob",
      "plan: for alice",
      "plan: for eve",
    ]);
    assertEquals(await found(bob, { text: "plan" }), [
      "plan: lobby",
      "plan: ops",
      "plan: for bob",
      "plan: for alice",
    ]);
    assertEquals(await found(eve, { text: "plan" }), ["plan: lobby", "plan: for eve"]);

    assertEquals(await found(alice, { text: "plan", room: "ops" }), ["plan: ops"]);
    assertEquals(await found(alice, { text: "plan", with: "bob" }), ["plan: for bob", "plan: for alice"]);
    assertEquals(await found(eve, { text: "plan", with: "bob" }), []);
    await eve.fails("search", { text: "plan", room: "ops" }, "not_member");
    await eve.fails("search", { text: "plan", room: "nowhere" }, "unknown_room");
    await eve.fails("search", { text: "plan", with: "nobody" }, "unknown_nickname");
    await eve.fails("search", { text: "plan", room: "lobby", with: "bob" }, "bad_request");

    await bob.asks("leave", { room: "ops" });
    assertEquals(await found(bob, { text: "plan" }), ["plan: lobby", "plan: for bob", "plan: for alice"]);
    await eve.asks("logout");
    const other = await server.guest("eve");
    assertEquals(await found(other, { text: "plan" }), ["plan: lobby"]);
  });
});

Deno.test("search: pages from the newest match back", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    await say(alice, Array.from({ length: 120 }, (_, n) => `${n % 2 ? "needle" : "hay"} ${n}`));
    const pages: string[][] = [];
    let before: string | undefined;
    for (let more = true; more;) {
      const page: Line = await alice.asks("search", { text: "needle", limit: 25, ...(before && { before }) });
      pages.unshift(page.messages.map((message: Line) => message.text));
      before = page.messages[0].id;
      more = page.more;
    }
    assertEquals(pages.map((page) => page.length), [10, 25, 25]);
    assertEquals(pages.flat(), Array.from({ length: 60 }, (_, n) => `needle ${2 * n + 1}`));
    assertEquals((await alice.asks("search", { text: "needle" })).messages.length, 50);
    await alice.fails("search", { text: "needle", limit: 0 }, "bad_request");
    await alice.fails("search", { text: "needle", before: "no such id" }, "unknown_message");
  });
});

async function say(peer: Peer, texts: string[]): Promise<void> {
  await Promise.all(texts.map((text) => peer.asks("send", { room: "lobby", text })));
}

async function found(peer: Peer, fields: Line): Promise<string[]> {
  const { messages } = await peer.asks("search", fields);
  return messages.map((message: Line) => message.text);
}
