/** Names: which two are the same, and which are none. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { Fault, type FaultCode } from "../../server/core/shared/faults.ts";
import { LIMITS } from "../../server/core/shared/limits.ts";
import {
  checkEmail,
  checkNickname,
  checkPhone,
  checkRoomName,
  checkUsername,
} from "../../server/core/accounts/names.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const anything = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
const letters = fc.string({ unit: fc.constantFrom(..."abcXYZäÖßẞσςΣİıiﬁＡéя中한ข١Ⅷ①") });

Deno.test("nameKey: the key of a key is itself", () => {
  fc.assert(fc.property(anything, (name) => assertEquals(nameKey(nameKey(name)), nameKey(name))));
});

Deno.test("nameKey: case, width and composition make no other name", () => {
  fc.assert(fc.property(letters, (name) => {
    const forms = [
      name.toUpperCase(),
      name.toLowerCase(),
      ...["NFC", "NFD", "NFKC", "NFKD"].map((form) => name.normalize(form)),
    ];
    for (const form of forms) assertEquals(nameKey(form), nameKey(name), JSON.stringify([form, name]));
  }));
  for (
    const [one, other] of [["Straße", "STRASSE"], ["ΟΔΟΣ", "οδος"], ["ﬁn", "FIN"], ["Ａｄａ", "ada"], [
      "Zu\u0308rich",
      "ZÜRICH",
    ]]
  ) {
    assertEquals(nameKey(one!), nameKey(other!), `${one} and ${other}`);
  }
});

Deno.test("nameKey: what differs in more than case is another name", () => {
  const plain = fc.string({ unit: fc.constantFrom(..."abcABC123-_ éÉяЯ中") });
  fc.assert(fc.property(plain, plain, (one, other) => {
    assertEquals(nameKey(one) === nameKey(other), one.toLowerCase() === other.toLowerCase());
  }));
  for (const [one, other] of [["ada", "äda"], ["o", "0"], ["中", "国"], ["a b", "ab"]]) {
    assertTrue(nameKey(one!) !== nameKey(other!), `${one} and ${other}`);
  }
});

const CHECKS = [
  [checkUsername, "bad_username", LIMITS.usernameCharsMax],
  [checkNickname, "bad_nickname", LIMITS.nicknameCharsMax],
  [checkRoomName, "bad_room", LIMITS.roomCharsMax],
] as const;

for (const [check, code, max] of CHECKS) {
  Deno.test(`${check.name}: what passes can be shown in one line and is what it looks like`, () => {
    const nearly = fc.array(
      fc.oneof(
        fc.constantFrom(..."ab Z9中é👩🏽️"),
        fc.constantFrom("\u200d", "\ufe0f", "\u202e", "\u200b", "\n", "\0"),
        fc.string({ unit: "binary", maxLength: 2 }),
      ),
      { maxLength: max + 8 },
    ).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(nearly, anything), (name) => {
        const seen = passes(check, name, code);
        if (seen === undefined) return;
        assertEquals(seen, name);
        assertTrue(seen.isWellFormed(), "whole characters");
        assertTrue([...seen].length >= 1 && [...seen].length <= max, "its length");
        assert.doesNotMatch(
          seen,
          /[\p{Cc}\u2028\u2029\u200b\u200c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u,
        );
        assert.doesNotMatch(seen, /^\s|\s$|\s\s/);
      }),
      { numRuns: 500 },
    );
  });

  Deno.test(`${check.name}: names of many kinds pass, up to ${max} characters`, () => {
    const good = [
      "a",
      "Ada Lovelace",
      "O'Brien-Smith_3.0",
      "李雷",
      "Владимир",
      "محمد",
      "Zoë",
      "नमस्ते",
      "👩‍👩‍👧‍👦",
      "👩🏽‍🚀 mia",
      "🏳️‍🌈",
      "🇨🇳",
      "❤️",
      "7️⃣",
      "+name",
      "<b>&amp;",
      '"quoted"',
      "x".repeat(max),
      "中".repeat(max),
      "👍".repeat(max),
    ];
    for (const name of good) assertEquals(passes(check, name, code), name);
  });

  Deno.test(`${check.name}: what can't be seen, or looks like something else, is refused`, () => {
    const bad: Record<string, string> = {
      "nothing": "",
      "a space": " ",
      "a space before": " ada",
      "a space behind": "ada ",
      "two spaces": "ada  b",
      "a space of another kind": "ada\u00a0b",
      "a wide space": "ada\u3000b",
      "a narrow no-break space": "ada\u202fb",
      "too many letters": "x".repeat(max + 1),
      "too many emoji": "👍".repeat(max + 1),
      "a NUL": "ada\0",
      "a line": "ada\nbob",
      "a tab": "ada\tbob",
      "an escape": "\u001b[31mada",
      "a C1 control": "ada\u0085",
      "a line separator": "ada\u2028bob",
      "a right-to-left override": "\u202eada",
      "an isolate": "\u2066ada\u2069",
      "a right-to-left mark": "ada\u200f",
      "a zero-width space": "a\u200bda",
      "a zero-width non-joiner": "a\u200cda",
      "a joiner between letters": "a\u200dda",
      "a joiner after an emoji alone": "👩\u200d",
      "a joiner before an emoji": "\u200d👩",
      "a joiner between an emoji and a letter": "👩\u200da",
      "a word joiner": "a\u2060da",
      "a byte order mark": "\ufeffada",
      "a soft hyphen": "a\u00adda",
      "a grapheme joiner": "a\u034fda",
      "a variation selector after a letter": "ada\ufe0f",
      "a variation selector after a digit": "7\ufe0f",
      "a Hangul filler": "\u3164",
      "a half-width filler": "\uffa0",
      "an empty braille cell": "\u2800",
      "a tag": "ada\u{e0041}",
      "half a character": "ada\ud800",
      "a private character": "ada\ue000",
      "a noncharacter": "ada\uffff",
      "an unassigned character": "ada\u{e0fff}",
    };
    for (const [what, name] of Object.entries(bad)) assertEquals(passes(check, name, code), undefined, what);
  });
}

Deno.test("names of people hold no @, in any width, so that none looks like an email address; rooms' may", () => {
  for (const name of ["ada@example.org", "@ada", "ada＠example.org", "a﹫b"]) {
    assertEquals(passes(checkUsername, name, "bad_username"), undefined);
    assertEquals(passes(checkNickname, name, "bad_nickname"), undefined);
    assertEquals(passes(checkRoomName, name, "bad_room"), name);
  }
});

Deno.test("checkEmail: one address and nothing besides", () => {
  for (const email of ["ada@example.org", "a.b+c@sub.example.org", "ada@bücher.example", "o'neil@x.io"]) {
    assertEquals(passes(checkEmail, email, "bad_email"), email);
  }
  const bad = [
    "",
    "ada",
    "@example.org",
    "ada@",
    "ada@example",
    "ada@example.",
    "ada@b@example.org",
    "ada@example.org\nBcc: eve@example.org",
    "ada@example.org, eve@example.org",
    "<ada@example.org>",
    "Ada <ada@example.org>",
    "ada lovelace@example.org",
    "ada\u200b@example.org",
    "ada@exam\u00adple.org",
    "\u202eada@example.org",
    "ada@example.org\u2066",
    "ada\u3164@example.org",
    "\u0000ada@example.org",
    `${"x".repeat(250)}@x.io`,
  ];
  for (const email of bad) assertEquals(passes(checkEmail, email, "bad_email"), undefined, email);
  fc.assert(fc.property(anything, (text) => {
    const seen = passes(checkEmail, `${text}@example.org`, "bad_email");
    if (seen !== undefined) assert.match(seen, /^[^\s,;<>]+@example\.org$/u);
  }));
});

Deno.test("checkPhone: digits, and what people write between them", () => {
  for (const phone of ["112", "+49 (0)30 123-456", "030/123.456"]) {
    assertEquals(passes(checkPhone, phone, "bad_phone"), phone);
  }
  for (const phone of ["", "+", "call me", "12\n3", "１２３", "1".repeat(33)]) {
    assertEquals(passes(checkPhone, phone, "bad_phone"), undefined);
  }
});

/** What a check gives for a name; undefined when it refuses with this code. */
function passes(check: (name: string) => string, name: string, code: FaultCode): string | undefined {
  try {
    return check(name);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    assertEquals(error.code, code);
    assert.doesNotMatch(error.message, /[\n\r\0]/, "one line");
    return undefined;
  }
}
