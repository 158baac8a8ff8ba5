/** Any text, said in any dialect, arrives in every other one intact, or with what would be taken for something else visibly marked. */
import fc from "fast-check";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { AUTHOR, CONVERSATIONS, textSaid, writesOf } from "../support/text_codecs.ts";

/** What ends a field, a line or a message somewhere, and what else one dialect or another would act on. */
const SEPARATORS = [
  "\t",
  "\r",
  "\n",
  "\r\n",
  "\r\r",
  "\0",
  "\x01",
  "\x02",
  "\u2028",
  ";",
  ":",
  "|",
  "@",
  "> ",
  "\\",
  '"',
  "'",
  "{",
  "}",
  "_",
  "__",
  "END",
  "DIV___",
  "__END___",
  "__DIV___",
  "__MSG___",
  "[ bob ] : x",
  "* ",
  "bob has just left the chat room...",
  "Online users:",
  "HTTP/1.1 200 OK\n",
  "Content_Length: 3\n\n",
  "POST 1 HTTP/1.1\n",
  "203",
  "108",
  "109\r\n",
  "209\r\nbob\r\n",
  "up_line",
  '{"down_line": "bob"}',
  "finish",
  '{"Type":"Quit"}',
  '{"event":"bye"}',
];
const soup = fc.array(
  fc.oneof(fc.constantFrom(...SEPARATORS), fc.string({ unit: "grapheme", maxLength: 5 })),
  { minLength: 1, maxLength: 9 },
).map((parts) => parts.join("")).filter((text) => text.isWellFormed() && text !== "");

Deno.test("any text: what a program of any dialect says is the text that is sent, whatever stands in it", () => {
  for (const [dialect, begin] of Object.entries(CONVERSATIONS)) {
    const conversation = begin();
    fc.assert(
      fc.property(soup, (text) => {
        const bytes = conversation.says(text);
        if (bytes) assertEquals(textSaid(conversation, bytes), text, dialect);
      }),
      { numRuns: 500 },
    );
  }
});

Deno.test("any text: it is one message of its author in every dialect, and nothing but marks is added", () => {
  for (const [dialect, begin] of Object.entries(CONVERSATIONS)) {
    const conversation = begin();
    fc.assert(
      fc.property(soup, (text) => {
        const shown = conversation.shows(writesOf(conversation, dialect, text));
        assertEquals(shown.from, AUTHOR, dialect);
        assertEquals(conversation.bare(shown.text), conversation.bare(text), dialect);
      }),
      { numRuns: 500 },
    );
  }
});

Deno.test("any text: without line ends, zero bytes and underscores it is the same everywhere", () => {
  const plain = fc.oneof(soup, fc.string({ unit: "grapheme", minLength: 1, maxLength: 6_000 })).map((text) =>
    text.replaceAll(/[_\p{Cc}\u2028\u2029]/gu, "x")
  );
  for (const [dialect, begin] of Object.entries(CONVERSATIONS)) {
    const conversation = begin();
    fc.assert(
      fc.property(plain, (text) => {
        assertTrue(conversation.shows(writesOf(conversation, dialect, text)).text === text, dialect);
      }),
      { numRuns: 300 },
    );
  }
});
