/** docs/protocol.md is true: its examples are run over both transports, its figures are the server's, and it leaves nothing out. */
import type { ByeCode, EventName } from "../../server/core/shared/events.ts";
import { FAULT_CODES } from "../../server/core/shared/faults.ts";
import { LIMITS, type Rate, RATES } from "../../server/core/shared/limits.ts";
import { FIELDS } from "../../server/protocol/request_fields.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { perform, readTranscripts } from "../support/transcript.ts";

const TEXT = await Deno.readTextFile(new URL("../../docs/protocol.md", import.meta.url));
const TRANSCRIPTS = readTranscripts(TEXT);
const STEPS = TRANSCRIPTS.flatMap((transcript) => transcript.steps);

/** Every event, and why it has no example. */
const EVENTS = {
  message: "",
  edited: "",
  recalled: "",
  reacted: "",
  kicked: "",
  owner: "",
  role: "",
  muted: "",
  pinned: "",
  room: "",
  invited: "",
  invitee: "",
  entered: "",
  left: "",
  online: "",
  offline: "",
  privileges: "",
  blocked: "",
  profile: "",
  renamed: "",
  typing: "",
  read: "",
  notice: "",
  nodes: "a server that is alone has no others",
  offer: "",
  accepted: "",
  refused: "",
  fetched: "",
  chunk: "",
  bye: "",
} satisfies Record<EventName, string>;

const BYE_CODES = {
  logged_out: true,
  password_changed: true,
  account_closed: true,
  account_suspended: true,
  silent: true,
  slow_reader: true,
  too_much_nonsense: true,
  too_large: true,
  rate_limited: true,
  too_many_connections: true,
  shutting_down: true,
  tls_needed: true,
} satisfies Record<ByeCode, true>;

for (const transcript of TRANSCRIPTS) {
  for (const transport of transcript.transports) {
    Deno.test(`docs/protocol.md:${transcript.line} over ${transport}`, () => perform(transcript, transport));
  }
}

Deno.test("docs/protocol.md: every op has a section and an example", () => {
  const ops = Object.keys(FIELDS).toSorted();
  const headed = Array.from(TEXT.matchAll(/^### `(.+)`$/gm), ([, op]) => op!).toSorted();
  assertEquals(headed, ops);
  const shown = new Set(STEPS.map((step) => /> .*"op":"([\w.]+)"/.exec(step)?.[1]));
  assertEquals(ops.filter((op) => !shown.has(op)), []);
});

Deno.test("docs/protocol.md: every event is described and has an example", () => {
  assertEquals(firstColumn("Events"), Object.keys(EVENTS).toSorted());
  const shown = new Set(STEPS.map((step) => /< .*"event":"(\w+)"/.exec(step)?.[1]));
  assertEquals(
    Object.entries(EVENTS).flatMap(([event, excuse]) => shown.has(event) === (excuse === "") ? [] : [event]),
    [],
  );
});

Deno.test("docs/protocol.md: every code is explained, and none that does not exist", () => {
  assertEquals(firstColumn("Errors"), FAULT_CODES.toSorted());
  assertEquals(firstColumn("Goodbyes"), Object.keys(BYE_CODES).toSorted());
  const named = TEXT.matchAll(/Errors: ((?:`\w+`(?: \([^)]*\))?\s*)+)/g);
  const codes = Array.from(named, ([, list]) => Array.from(list!.matchAll(/`(\w+)`/g), ([, code]) => code!));
  assertEquals(codes.flat().filter((code) => !(FAULT_CODES as readonly string[]).includes(code)), []);
});

Deno.test("docs/protocol.md: every link within it leads somewhere", () => {
  const anchors = new Set(Array.from(TEXT.matchAll(/^#+ (.+)$/gm), ([, heading]) => anchorOf(heading!)));
  const links = Array.from(TEXT.matchAll(/(?:\(|: )#([\w-]*)/g), ([, anchor]) => anchor!);
  assertTrue(links.length > 0, "no link was found");
  assertEquals(links.filter((anchor) => !anchors.has(anchor)), []);
});

Deno.test("docs/protocol.md: its figures are the server's", () => {
  const text = TEXT.replaceAll(/\s+/g, " ");
  assertEquals(FIGURES.filter((figure) => !text.includes(figure)), []);
});

const count = (value: number) => value.toLocaleString("en");
const size = (bytes: number) => bytes < 2 ** 20 ? `${bytes / 2 ** 10} KiB` : `${bytes / 2 ** 20} MiB`;
const rate = ({ burst, perMinute }: Rate) => `${count(burst)} at once, ${count(perMinute)} a minute`;

const FIGURES = [
  `at most ${size(LIMITS.lineBytesMax)} long`,
  `| ${size(LIMITS.lineBytesMax)} `,
  `| ${size(LIMITS.outboxBytesMax)} `,
  `${size(LIMITS.outboxBytesMax)} waited for you`,
  `| ${LIMITS.silenceMs / 1000} s `,
  `${LIMITS.silenceMs / 1000} seconds without a request before signing in`,
  `pings every ${LIMITS.pingEveryMs / 1000} s`,
  `| ${LIMITS.malformedPerMinuteMax} a minute `,
  `more than ${LIMITS.malformedPerMinuteMax} lines within a minute`,
  `| ${count(LIMITS.unansweredCommandsMax)} `,
  `| ${LIMITS.unauthenticatedPerAddressMax} `,
  `or ${LIMITS.unauthenticatedPerAddressMax} connections of your address`,
  `1 to ${LIMITS.usernameCharsMax} characters, no`,
  `1 to ${LIMITS.nicknameCharsMax} characters, no`,
  `1 to ${LIMITS.roomCharsMax} characters, as`,
  `up to ${LIMITS.emailCharsMax} characters`,
  `up to ${LIMITS.phoneCharsMax} digits`,
  `${LIMITS.passwordCharsMin} to ${LIMITS.passwordCharsMax} characters`,
  `for ${LIMITS.resetCodeLifeMs / 60_000} minutes`,
  `at most ${LIMITS.resetMailsPerHourMax} an hour`,
  `up to ${LIMITS.connectionsPerNicknameMax} times at once`,
  `has ${LIMITS.connectionsPerNicknameMax} connections`,
  `for ${LIMITS.tokenLifeMs / 86_400_000} days`,
  `for ${LIMITS.guestTokenLifeMs / 3_600_000} hours`,
  `more than ${count(LIMITS.replayEventsMax)} events or ${size(LIMITS.textBytesAtOnceMax)} of text`,
  `at ${size(LIMITS.textBytesAtOnceMax)} of text`,
  `no more than ${count(LIMITS.missedEventsMax)} events`,
  `${count(LIMITS.roomMembersMax)} members`,
  `in ${LIMITS.roomsPerPersonMax} rooms, or the server has ${count(LIMITS.roomsMax)}`,
  `in one answer: at most ${LIMITS.roomsListedMax}`,
  `0 to ${count(LIMITS.kickMinutesMax)}`,
  `at most ${LIMITS.invitationRoomsMax} that you are in`,
  `1 to ${count(LIMITS.invitationUsesMax)}; 1 unless said`,
  `1 to ${LIMITS.invitationDaysMax}; ${LIMITS.invitationDays} unless said`,
  `not expired, up to ${LIMITS.invitationsListedMax}`,
  `to ${size(LIMITS.textBytesMax)} of any Unicode`,
  `longer than ${size(LIMITS.textBytesMax)}`,
  `1 to ${LIMITS.recipientsMax} of them`,
  `1 to ${LIMITS.keyCharsMax} characters`,
  `within ${LIMITS.keyLifeMs / 3_600_000} hours`,
  `${count(LIMITS.waitingMessagesMax)} messages wait`,
  `${LIMITS.waitingPerSenderMax} of yours, or ${LIMITS.waitingOfGuestsMax} of guests`,
  `you made ${LIMITS.roomsMadePerPersonMax}, your address ${count(LIMITS.roomsMadePerAddressMax)}`,
  `at most ${LIMITS.reactionKindsMax} different`,
  `${LIMITS.historyDefault}, at most ${LIMITS.historyMax}`,
  `1 to ${LIMITS.searchCharsMax} characters`,
  `${LIMITS.refusalsInARowMax} requests in a row`,
  `One has ${LIMITS.httpRequestMs / 1000} s`,
  `N is at most ${size(LIMITS.chunkBytesMax)}`,
  `0 to ${size(LIMITS.chunkBytesMax)}`,
  `| ${size(LIMITS.chunkBytesMax)} `,
  `${size(LIMITS.uploadsAheadBytesMax)} ahead of its disk, and yours ${
    size(LIMITS.unansweredBytesMax)
  } further`,
  `More than ${size(LIMITS.downloadAheadBytes)} never waits`,
  `up to ${LIMITS.fileNameBytesMax} bytes`,
  `up to ${LIMITS.filePathBytesMax} bytes`,
  `| ${count(LIMITS.folderFilesMax)} `,
  `sends ${LIMITS.uploadsPerConnectionMax} files, you send ${LIMITS.uploadsPerPersonMax}`,
  `${LIMITS.historyDefault}, at most ${LIMITS.filesListedMax}`,
  ...Object.values(RATES).map(rate),
];

/** The code words that a section's table explains. */
function firstColumn(section: string): string[] {
  const [, after = ""] = TEXT.split(`\n## ${section}\n`);
  const [body = ""] = after.split("\n## ");
  return Array.from(body.matchAll(/^\| `(\w+)` /gm), ([, word]) => word!).toSorted();
}

/** The anchor of a heading, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}
