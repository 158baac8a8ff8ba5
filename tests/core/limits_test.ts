/** Limits stand in relations to each other: who changes one finds here which others it touches. */
import { LIMITS, RATES } from "../../server/core/shared/limits.ts";
import type { Message } from "../../server/core/shared/events.ts";
import { firstPageOf } from "../../server/core/sessions/paging.ts";
import { native } from "../../server/protocol/dialects/native/native.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const encoder = new TextEncoder();
const ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
/** The longest names there can be: four bytes to a character. */
const NICKNAME = "👍".repeat(LIMITS.nicknameCharsMax);
const ROOM = "👍".repeat(LIMITS.roomCharsMax);
/** How much longer JSON makes a text at the most: a control character is written as \u0000. */
const JSON_GROWTH = 6;

Deno.test("limits: each is a whole number above zero", () => {
  for (const [name, value] of Object.entries(LIMITS)) {
    assertTrue(Number.isSafeInteger(value) && value > 0, `${name}: ${value}`);
  }
  for (const [name, { burst, perMinute }] of Object.entries(RATES)) {
    assertTrue(burst >= 1 && perMinute >= 1, `${name}: ${burst}, ${perMinute} a minute`);
  }
});

Deno.test("limits: the longest text fits a line, with everything that may stand beside it", () => {
  const beside = {
    id: Number.MAX_SAFE_INTEGER,
    op: "send",
    reply: ID,
    key: "👍".repeat(LIMITS.keyCharsMax / 2),
  };
  const places = [{ room: ROOM }, { to: Array(LIMITS.recipientsMax).fill(NICKNAME) }];
  // Of control characters, six bytes each in JSON, a text holds as many as its line has room for.
  const letters = ["x", "\n", '"', "\\", "é", "語", "👍"];
  for (const place of places) {
    for (const letter of letters) {
      const text = letter.repeat(LIMITS.textBytesMax / encoder.encode(letter).length);
      assertAtMost(
        sizeOf({ ...beside, ...place, text }),
        LIMITS.lineBytesMax,
        `${JSON.stringify(letter)} as it is`,
      );
      assertAtMost(
        sizeOf({ ...beside, ...place, text: "" }) + escaped(text).length,
        LIMITS.lineBytesMax,
        `${letter} escaped`,
      );
    }
  }
});

Deno.test("limits: what is told in one go finds room in an empty outbox, whoever wrote it", () => {
  const text = JSON_GROWTH * (LIMITS.textBytesAtOnceMax + LIMITS.textBytesMax);
  const each = encoder.encode(String(native.encode({ event: "message", ...message("") }, false))).length;
  const read = { reply: { messages: [], more: true, read: ID } };
  const frame =
    encoder.encode(native.codec().answer({ tag: ID, command: { op: "ping" } }, read).words).length;
  assertAtMost(text + each * LIMITS.historyMax + frame, LIMITS.outboxBytesMax, "a page");
  assertAtMost(text + each * LIMITS.waitingMessagesMax, LIMITS.outboxBytesMax, "what waited");
  assertAtMost(text + each * LIMITS.replayEventsMax, LIMITS.outboxBytesMax, "a replay");
  const batch = JSON_GROWTH * (LIMITS.batchTextCharsMax + LIMITS.textBytesMax) + each * LIMITS.batchWritesMax;
  assertAtMost(batch, LIMITS.outboxBytesMax, "what is committed together");
});

Deno.test("limits: a portion counts everything that people can make long", () => {
  const others = Array(LIMITS.recipientsMax).fill(NICKNAME);
  const long: Partial<Message>[] = [
    { text: "\0".repeat(LIMITS.textBytesMax) },
    { to: others },
    { reactions: { "👍": Array(LIMITS.reactionsPerMessageMax).fill(NICKNAME) } },
  ];
  for (const part of long) {
    const portion = firstPageOf(
      Array.from({ length: LIMITS.replayEventsMax }, () => ({ ...message(""), ...part })),
    );
    assertTrue(portion.length < LIMITS.replayEventsMax, `${Object.keys(part)} of ${portion.length}`);
    assertAtMost(sizeOf(portion), LIMITS.outboxBytesMax, `${portion.length} with long ${Object.keys(part)}`);
  }
});

Deno.test("limits: lists of rooms and of people find room in an outbox as well", () => {
  const room = { room: ROOM, members: LIMITS.roomMembersMax, owner: NICKNAME, ephemeral: false };
  assertAtMost(sizeOf(Array(LIMITS.roomsListedMax).fill(room)), LIMITS.outboxBytesMax, "rooms");
  assertAtMost(sizeOf(Array(LIMITS.roomMembersMax).fill(NICKNAME)), LIMITS.outboxBytesMax, "members");
  assertAtMost(sizeOf(Array(LIMITS.roomsPerPersonMax).fill(ROOM)), LIMITS.lineBytesMax, "a sign-in's answer");
});

Deno.test("limits: one person's share is smaller than the whole", () => {
  const smaller: (readonly [number, number, string])[] = [
    [LIMITS.roomsPerPersonMax, LIMITS.roomsMax, "rooms of one person"],
    [LIMITS.roomsMadePerPersonMax, LIMITS.roomsMadePerAddressMax, "rooms made by one person"],
    [LIMITS.roomsMadePerAddressMax, LIMITS.roomsMax, "rooms made from one address"],
    [LIMITS.waitingPerSenderMax, LIMITS.waitingOfGuestsMax, "one sender's share of a mailbox"],
    [LIMITS.waitingOfGuestsMax, LIMITS.waitingMessagesMax, "the guests' share of a mailbox"],
    [LIMITS.connectionsPerNicknameMax, LIMITS.tokensPerAccountMax, "each connection has its token"],
    [LIMITS.recipientsMax, LIMITS.roomMembersMax, "a list is smaller than a room"],
    [LIMITS.reactionKindsMax, LIMITS.reactionsPerMessageMax, "kinds of reactions"],
    [LIMITS.historyDefault, LIMITS.historyMax, "a page unless told"],
    [LIMITS.hashesAtOnceMax, LIMITS.hashesWaitingMax, "hashes"],
    [LIMITS.passwordCharsMin, LIMITS.passwordCharsMax, "passwords"],
    [LIMITS.unansweredCommandsMax, LIMITS.writesWaitingMax, "one peer does not fill the writer's queue"],
    [LIMITS.waitingMessagesMax, LIMITS.replayEventsMax, "a mailbox"],
    [LIMITS.lineBytesMax, LIMITS.outboxBytesMax / 2, "a line leaves room for more"],
    [LIMITS.searchCharsMax * 3, LIMITS.lineBytesMax, "a query"],
  ];
  for (const [part, whole, what] of smaller) assertTrue(part < whole, `${what}: ${part} of ${whole}`);
});

Deno.test("limits: times that follow each other do so", () => {
  assertAtMost(LIMITS.guestTokenLifeMs, LIMITS.tokenLifeMs, "a guest's token");
  assertAtMost(LIMITS.httpHeadersMs, LIMITS.httpRequestMs, "headers before the rest");
  assertEquals(LIMITS.resetCodeLifeMs, 600_000);
  assertEquals(LIMITS.keyLifeMs, 86_400_000);
});

Deno.test("rates: a part is never more than the whole, and an address more than one connection", () => {
  for (const part of [RATES.messages, RATES.reads, RATES.attempts]) {
    assertAtMost(part.burst, RATES.commands.burst, "at once");
    assertAtMost(part.perMinute, RATES.commands.perMinute, "in a minute");
  }
  assertAtMost(RATES.attempts.burst, RATES.addressAttempts.burst, "attempts at once");
  assertAtMost(LIMITS.channelsCorkMs, LIMITS.channelsPendingMs, "what waits for a line, while it may come");
  assertAtMost(RATES.attempts.perMinute, RATES.addressAttempts.perMinute, "attempts in a minute");
});

/** The longest message that has this text. */
function message(text: string): Message {
  const number = Number.MAX_SAFE_INTEGER;
  return {
    id: ID,
    seq: number,
    at: number,
    from: NICKNAME,
    room: ROOM,
    text,
    kind: "video",
    reply: ID,
    edited: number,
  };
}

/** A text as a client writes it that keeps its JSON in ASCII. */
function escaped(text: string): string {
  return JSON.stringify(text).replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function sizeOf(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).length;
}

function assertAtMost(value: number, max: number, what: string): void {
  assertTrue(value <= max, `${what}: ${value} is more than ${max}`);
}

Deno.test("limits: the parts of a stop fit into all of it, and that into ten seconds", () => {
  const { stopMs, drainMs, lingerMs } = LIMITS;
  assertAtMost(stopMs / 4 + drainMs + lingerMs / 2 + lingerMs + stopMs / 4, stopMs, "a stop");
  assertAtMost(stopMs, 9_500, "with a slow disk on top");
  assertAtMost(LIMITS.missedAtOnceMax, LIMITS.replayEventsMax, "a portion of what was missed");
});
