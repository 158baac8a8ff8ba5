/** Mentions and equal names: one rule for the server, the page and the terminal. */
import { isNamed, mentions, namesOf, splitMentions, splitRooms } from "../../server/core/shared/mentions.ts";
import { sameName } from "../../server/core/shared/names.ts";
import { messageInWords } from "../../client/terminal/wording.ts";
import { paintWith } from "../../client/terminal/paint.ts";
import { targetKey } from "../../client/web/state/target_key.ts";
import { assertEquals } from "../support/assert.ts";
import { withServer } from "../support/harness.ts";
import { filesEndingIn } from "../support/source_tree.ts";

/** How much a text has of a nickname: "@" mentions them, the word alone names them. */
type Much = "mentions" | "names" | "nothing";

const CASES: readonly (readonly [text: string, nickname: string, much: Much])[] = [
  ["adalbert and ada", "ada", "names"],
  ["@adalbert and @ada", "ada", "mentions"],
  ["@adalbert", "ada", "nothing"],
  ["ada: are you there?", "ada", "names"],
  ["ADA!", "ada", "names"],
  ["@Ａｄａ, tea?", "ada", "mentions"],
  ["＠ada tea?", "ada", "mentions"],
  ["canada", "ada", "nothing"],
  ["ada_b and xada and ada9", "ada", "nothing"],
  ["mail bob@ada or ada@example.org", "ada", "nothing"],
  ["mail bob@ada, (@ada)", "ada", "mentions"],
  ["ada\u0301", "ada", "nothing"],
  ["Guten Tag, WEISS", "Weiß", "names"],
  ["@weiss?", "Weiß", "mentions"],
  ["@ΟΔΟΣ", "οδος", "mentions"],
  ["οδος, ναι", "ΟΔΟΣ", "names"],
  ["好@李雷来了", "李雷", "mentions"],
  ["森林", "林", "nothing"],
  ["林！", "林", "names"],
  ["@철수야", "철수", "mentions"],
  ["@太郎さん", "太郎", "mentions"],
  ["@ada lovelace", "ada lovelace", "mentions"],
  ["is @C++ here", "C++", "mentions"],
  ["@😀x", "😀", "mentions"],
  ["𝒳@ada", "ada", "nothing"],
  ["", "ada", "nothing"],
];

Deno.test("mentions: @ and a nickname, wherever it stands; the word alone names", () => {
  for (const [text, nickname, much] of CASES) {
    const what = `${nickname} in ${JSON.stringify(text)}`;
    assertEquals(mentions(text, nickname), much === "mentions", what);
    assertEquals(isNamed(text, nickname), much !== "nothing", what);
  }
});

Deno.test("splitRooms: # and the name of a room that is known; other words stay words", () => {
  const rooms = namesOf(["lobby", "north gate", "北门"]);
  assertEquals(splitRooms("see #north GATE, #nowhere, C#lobby and #lobbying; 到＃北门来", rooms), [
    { text: "see " },
    { text: "#north GATE", mention: "north gate" },
    { text: ", #nowhere, C#lobby and #lobbying; 到" },
    { text: "＃北门", mention: "北门" },
    { text: "来" },
  ]);
});

Deno.test("splitMentions: the longest name counts, and nothing of the text is lost", () => {
  const names = namesOf(["ada", "Ada Lovelace", "Weiß"]);
  const pieces = splitMentions("ada, @ada lovelace and @WEISS: x@ada", names);
  assertEquals(pieces, [
    { text: "ada, " },
    { text: "@ada lovelace", mention: "Ada Lovelace" },
    { text: " and " },
    { text: "@WEISS", mention: "Weiß" },
    { text: ": x@ada" },
  ]);
});

Deno.test("equal names: the server, the page and the terminal take the same ones for one", async () => {
  await withServer({}, async (server) => {
    for (
      const [one, other] of [["Weiß", "WEISS"], ["ΟΔΟΣ", "οδος"], ["ﬁn", "FIN"], ["Ａｄａ", "ada"]] as const
    ) {
      const first = await server.member(one, "tcp");
      const second = await server.connect("tcp");
      await second.fails("guest", { nickname: other }, "nickname_taken");
      assertEquals(sameName(one, other), true, "in the terminal");
      assertEquals(targetKey({ with: one }), targetKey({ with: other }), "on the page");
      first.close();
      second.close();
    }
  });
});

Deno.test("mentions: the server's list and the terminal go by the same rule", async () => {
  const paint = paintWith(true);
  await withServer({}, async (server) => {
    const bob = await server.member("bob", "tcp");
    // What the index of searches does not hold is not found: signs alone, and "ss" for "ß".
    const held = CASES.filter(([text, name]) => text !== "" && name !== "Weiß" && name !== "😀");
    for (const [text, nickname, much] of held) {
      const reader = await server.guest(nickname, "tcp");
      await bob.asks("send", { room: "lobby", text });
      const { rooms } = await reader.asks("conversations");
      assertEquals(rooms[0].mentioned === true, much === "mentions", `${nickname} in ${text}`);
      const [message] = (await reader.asks("history", { room: "lobby", limit: 1 })).messages;
      const shown = messageInWords(message, { paint, me: nickname, numberOf: () => 1 });
      assertEquals(shown.includes(paint.loud(text)), much !== "nothing", shown);
      await reader.asks("logout");
      reader.close();
    }
  });
});

Deno.test("tidy: names are made comparable in one module", () => {
  const own = filesEndingIn(".ts", ".tsx").filter(({ path }) => /^(server|client)\//.test(path))
    .filter(({ text }) => /NFKC"\)[^;]*toLowerCase/s.test(text)).map(({ path }) => path);
  assertEquals(own, ["server/core/shared/names.ts"]);
});
