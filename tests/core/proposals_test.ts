/** Every kind of proposal: it is plain data, it comes to the same wherever it is applied, and it can be taken back. */
import { PROPOSAL_KINDS } from "../../server/core/apply.ts";
import type { Outcome } from "../../server/core/outcome.ts";
import type { Proposal, ProposalKind } from "../../server/core/proposals.ts";
import { HOUR } from "../support/clock.ts";
import { type State, wakeState } from "../../server/core/state/state.ts";
import type { StoredFile } from "../../server/core/store/stored_files.ts";
import { commit } from "../../server/log/commit.ts";
import { memoryText, storeText } from "../simulation/state_print.ts";
import { BEGINNING, newState, outcomeText } from "../simulation/simulated_node.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import type { MemoryStore } from "../support/memory_store.ts";
import { filesEndingIn, placesOf, withoutComments } from "../support/source_tree.ts";

const at = BEGINNING;
const HASHES = { passwordHash: "old", md5Hash: "old of MD5" };
const NEW_HASHES = { passwordHash: "new", md5Hash: "new of MD5" };
const RESET = { hash: "reset", md5s: ["md5 of reset"], createdAt: at, expiresAt: at + HOUR };

function account(id: string) {
  const email = `${id}@example.org`;
  return {
    id,
    username: id,
    nickname: id,
    email,
    phone: null,
    ...HASHES,
    createdAt: at,
    disabledAt: null,
    role: "member" as const,
    confirmBy: null,
  };
}

function opening(name: string) {
  const token = { hash: `token of ${name}`, address: "here", client: null };
  return { session: name, node: "local", token, offline: false, lobby: false };
}

function login(session: string, person: string): Proposal {
  return { kind: "login", at, ...opening(session), account: person, proof: HASHES, exclusive: false };
}

function guest(session: string, credential?: string): Proposal<"guest"> {
  const more = { rename: false, outside: false, ...(credential !== undefined && { credential }) };
  return { kind: "guest", at, ...opening(session), person: `person ${session}`, nickname: session, ...more };
}

function enter(session: string, room: string, isPrivate = false): Proposal {
  const id = `room ${room}`;
  return {
    kind: "room.enter",
    at,
    session,
    id,
    room,
    ephemeral: false,
    private: isPrivate,
    make: true,
    network: "here",
  };
}

function send(session: string, id: string, where: { room?: string; to?: string }): Proposal<"send"> {
  const { room, to } = where;
  return {
    kind: "send",
    at,
    session,
    id,
    room,
    to,
    text: id,
    file: undefined,
    reply: undefined,
    key: undefined,
  };
}

function file(id: string, where: Partial<StoredFile>): StoredFile {
  const nowhere = { room: null, peer: null, peerName: null, folder: null };
  return {
    ...{ id, owner: "ada", ownerName: "ada", ...nowhere, isFolder: false, name: `${id}.png`, size: 9 },
    ...{ md5: "md5", sha256: "", type: "", state: "partial", offer: null, createdAt: at, ...where },
  };
}

function finish(id: string, message: string): Proposal<"file.finish"> {
  const hashes = { md5: "md5", sha256: "sha256", type: "image/png" };
  return {
    ...{ kind: "file.finish", at, session: "ada's", file: id, id: message, ...hashes },
    ...{ text: undefined, reply: undefined },
  };
}

/** What happened before the server started; cyd has not come back since. */
const EARLIER: readonly Proposal[] = [
  ...["ada", "bob", "cyd", "eve"].map((name): Proposal => ({
    kind: "register",
    at,
    account: account(name),
    by: "anybody",
  })),
  login("cyd's", "cyd"),
  enter("cyd's", "club"),
  send("cyd's", "in the club", { room: "club" }),
];

/** What has happened since. */
const BEFORE: readonly Proposal[] = [
  login("ada's", "ada"),
  login("ada's other", "ada"),
  send("ada's", "waits", { to: "bob" }),
  login("bob's", "bob"),
  {
    ...{ kind: "account.email", at, session: "bob's", email: "bob@example.net", proof: HASHES },
    code: { hash: "code of bob", expiresAt: at + HOUR },
  },
  { kind: "account.missed", at, session: "bob's", level: "without_text" },
  { kind: "missed.told", at, account: "bob", upTo: 50, stop: "stop" },
  login("eve's", "eve"),
  send("eve's", "of eve", { room: "lobby" }),
  { kind: "account.delete", at, session: "eve's", proof: HASHES },
  guest("gil"),
  guest("hal"),
  ...["ada's", "bob's", "gil"].map((session) => enter(session, "ops")),
  send("ada's", "in ops", { room: "ops" }),
  enter("gil", "den"),
  send("gil", "in the den", { room: "den" }),
  { kind: "room.leave", at, session: "gil", room: "den" },
  { kind: "file.announce", at, file: file("offered", { peer: "bob", peerName: "bob" }) },
  finish("offered", "offer"),
  { kind: "file.announce", at, file: file("on its way", { room: "room ops" }) },
  { kind: "file.announce", at, file: file("all there", { room: "room ops" }) },
  finish("all there", "another picture"),
  { kind: "file.announce", at, file: file("deposited", {}) },
  ...["keep_messages", "keep_files"].map((name): Proposal => (
    { kind: "settings.set", at, name, value: "1", level: "set" }
  )),
  { kind: "report", at, session: "gil", id: "report", message: "in ops", text: "not nice" },
  { kind: "room.kick", at, session: "ada's", room: "ops", nickname: "gil", minutes: 60 },
  enter("ada's", "cellar", true),
  { kind: "room.invite", at, session: "ada's", room: "cellar", nickname: "bob", on: true },
  { kind: "session.lost", at, session: "hal", returns: true },
  { kind: "admin.reset", at, reset: { ...RESET, account: "bob" } },
  { kind: "settings.set", at, name: "mail_domains", value: "example.org", level: "set" },
  {
    ...{ kind: "register", at, account: { ...account("eli"), email: null }, by: "anybody" },
    confirm: { email: "eli@example.org", hash: "code of eli", expiresAt: at + HOUR },
  },
  { kind: "settings.set", at, name: "mail_domains", value: null, level: "set" },
  enter("ada's", "attic"),
  {
    ...{ kind: "invitation.make", at, session: "ada's", id: "invitation", hash: "hash of it" },
    ...{ rooms: ["attic"], uses: 1, expiresAt: at + HOUR },
  },
];

const later = at + 26 * HOUR;
/** One of each kind, which changes something then. */
const SAMPLES: { readonly [K in ProposalKind]: Omit<Proposal<K>, "kind"> } = {
  "guest": guest("ivy", "token of gil"),
  "login": {
    at,
    ...opening("cyd's again"),
    account: "cyd",
    proof: HASHES,
    md5Hash: "newer",
    exclusive: true,
  },
  "login.code": { at, ...opening("bob's other"), account: "bob", reset: "reset", hashes: NEW_HASHES },
  "login.failed": { at, account: "bob", count: 3, from: "elsewhere" },
  "resume": {
    at,
    ...opening("hal again"),
    token: { ...opening("hal").token },
    epoch: "epoch",
    since: 0,
    portions: true,
  },
  "logout": { at, session: "ada's", hash: "token of ada's" },
  "session.end": { at, session: "ada's", hash: "token of ada's other" },
  "session.lost": { at, session: "bob's", returns: false },
  "node.lost": { at, node: "local" },
  "session.delivered": { at, session: "bob's", person: "bob", upTo: 99 },
  "person.gone": { at: later, person: "person hal", lostBefore: later },
  "register": { at, account: account("dan"), by: "anybody" },
  "invitation.make": {
    ...{ at, session: "ada's", id: "another invitation", hash: "another", rooms: ["ops"] },
    ...{ uses: 2, expiresAt: at + HOUR },
  },
  "account.unconfirmed": { at: later, account: "eli" },
  "invitation.revoke": { at, session: "ada's", invitation: "invitation" },
  "invitation.use": { at, session: "bob's", hash: "hash of it" },
  "invitation.first": { at, id: "first", hash: "first", expiresAt: at + HOUR },
  "password.change": { at, account: "bob", proof: HASHES, hashes: NEW_HASHES, except: null, named: true },
  "password.confirm": { at, reset: "reset", hashes: NEW_HASHES },
  "password.reset": {
    at,
    email: "ada@example.org",
    reset: { ...RESET, hash: "another" },
    since: 0,
    atMost: 2,
  },
  "status": {
    at,
    session: "ada's",
    availability: "away",
    status: { emoji: "🌴", text: "on the beach", until: later },
  },
  "account.email": {
    at,
    session: "ada's",
    email: "ada@example.net",
    proof: HASHES,
    code: { hash: "code", expiresAt: at + HOUR },
  },
  "account.email.confirm": { at, session: "bob's", hash: "code of bob" },
  "account.missed": { at, session: "ada's", level: "with_text" },
  "missed.stop": { at, hash: "stop" },
  "missed.told": { at: later, account: "bob", upTo: 99, stop: "another" },
  "account.export": { at: 1, account: "a" },
  "account.delete": { at, session: "ada's", proof: HASHES },
  "account.forget": { at, account: "eve", after: 0 },
  "account.nickname": { at, session: "ada's", nickname: "Ada Lovelace" },
  "block": { at, session: "ada's", nickname: "bob", on: true },
  "account.avatar": {
    at,
    session: "ada's",
    avatar: { id: "picture", type: "image/png", data: "cGljdHVyZQ==" },
  },
  "room.enter": enter("bob's", "pit") as Proposal<"room.enter">,
  "room.leave": { at, session: "ada's", room: "ops" },
  "room.kick": { at, session: "ada's", room: "ops", nickname: "bob", minutes: 5 },
  "room.lift": { at, session: "ada's", room: "ops", nickname: "gil" },
  "room.mute": { at, session: "ada's", room: "ops", nickname: "bob", minutes: 5 },
  "room.set": {
    at,
    session: "ada's",
    room: "ops",
    name: "operations",
    settings: { topic: "what is up", private: true },
  },
  "room.role": { at, session: "ada's", room: "ops", nickname: "bob", role: "moderator" },
  "room.delete": { at, session: "ada's", room: "ops" },
  "room.invite": { at, session: "ada's", room: "ops", nickname: "cyd", on: true },
  "room.decline": { at, session: "bob's", room: "cellar" },
  "room.notify": { at, session: "bob's", room: "ops", level: "mentions" },
  "pin": { at, session: "ada's", message: "in ops", on: true },
  "room.released": { at: later, room: "room club" },
  "room.forgotten": { at: later, room: "room den" },
  "send": { ...send("gil", "for cyd", { to: "cyd" }), key: "key" },
  "edit": { at, session: "ada's", message: "in ops", text: "other words" },
  "recall": { at, session: "ada's", message: "offer" },
  "report": { at, session: "bob's", id: "another report", message: "in ops", text: "not nice" },
  "react": { at, session: "bob's", message: "in ops", emoji: "👍", on: true },
  "device.place": { at, session: "bob's", device: "phone", seq: 0 },
  "read": { at, session: "bob's", message: "in ops", room: "ops" },
  "file.announce": { at, file: file("another", { room: "room ops" }) },
  "file.use": { at: later, file: "on its way" },
  "file.finish": finish("on its way", "a picture"),
  "file.deposit": { at: later, file: "deposited", md5: "m", sha256: "s", type: "text/plain" },
  "file.mismatch": { at, file: "on its way", md5: "another" },
  "file.cancel": { at, session: "ada's", file: "on its way" },
  "file.answer": { at, session: "bob's", file: "offered", accepted: false },
  "files.expire": { at, files: ["on its way", "unknown"], usedBefore: at + 1 },
  "expire": { at: later, usedBefore: at + 1, guestsUsedBefore: later, resetsBefore: later },
  "settings.set": { at, name: "registration", value: "closed", level: "set" },
  "messages.end": { at: later, messages: ["in ops", "waits"] },
  "files.end": { at: later, files: ["offered", "all there"] },
  "audit.expire": { at: later, before: later, atMost: 5 },
  "admin.password": { at, account: "bob", hashes: NEW_HASHES },
  "admin.sign-out": { at, account: "bob", hash: null },
  "admin.disable": { at, account: "bob" },
  "admin.enable": { at, account: "bob" },
  "admin.delete": { at, account: "bob" },
  "admin.role": { at, account: "bob", role: "admin" },
  "admin.reset": { at, reset: { ...RESET, hash: "another", account: "ada" } },
  "admin.report.close": { at, report: "report" },
  "admin.message.remove": { at, message: "in ops" },
  "admin.room.delete": { at, room: "ops" },
  "admin.room.lift": { at, room: "ops", nickname: "gil" },
};

function sampleOf(kind: ProposalKind): Proposal {
  return { ...SAMPLES[kind], kind } as Proposal;
}

/** A state in which all of this has happened. `as`: what a proposal is when it gets there. */
function worldBefore(as: (proposal: Proposal) => Proposal): { state: State; store: MemoryStore } {
  const { state: earlier, store } = newState();
  for (const each of EARLIER) succeed(earlier, as(each));
  const state = wakeState(store, earlier, at);
  for (const each of BEFORE) succeed(state, as(each));
  return { state, store };
}

function applied(state: State, proposal: Proposal): { outcome: Outcome; error?: unknown } {
  let outcome: Outcome = {};
  const nobody = { add: (_: unknown, each: Outcome) => void (outcome = each), deliver() {}, drop() {} };
  const committed = commit(state, [{ proposal, waiting: undefined }], () => nobody);
  return { outcome, ...("error" in committed && committed) };
}

function succeed(state: State, proposal: Proposal): void {
  const { outcome: { fault }, error } = applied(state, proposal);
  assertEquals(fault?.message ?? error, undefined, `${JSON.stringify(proposal)} is applied`);
}

function textOf({ state, store }: { state: State; store: MemoryStore }): string {
  return `${memoryText(state)}\n${storeText(store)}`;
}

Deno.test("proposals: there is a sample of each kind", () => {
  assertEquals(Object.keys(SAMPLES).sort(), PROPOSAL_KINDS.toSorted());
});

for (const kind of PROPOSAL_KINDS) {
  Deno.test(`proposals: ${kind} is plain data, and comes to the same wherever it is applied`, () => {
    const here = worldBefore((proposal) => proposal);
    const there = worldBefore((proposal) => JSON.parse(JSON.stringify(proposal)));
    assertEquals(textOf(there), textOf(here), "before it");
    const before = textOf(here);
    const { outcome, error } = applied(here.state, sampleOf(kind));
    assertEquals(error, undefined);
    assertTrue(textOf(here) !== before, "the sample changes something");
    assertEquals(outcome.fault?.code, kind === "file.mismatch" ? "md5_mismatch" : undefined);

    const arrived = JSON.parse(JSON.stringify(sampleOf(kind)));
    assertEquals(outcomeText(applied(there.state, arrived).outcome), outcomeText(outcome));
    assertEquals(textOf(there), textOf(here), "after it");
  });

  Deno.test(`proposals: ${kind} is taken back when it can't be kept, and succeeds the next time`, () => {
    const world = worldBefore((proposal) => proposal);
    const undisturbed = worldBefore((proposal) => proposal);
    const before = textOf(world);
    const full = new Error("the disk is full");
    world.store.fail(full);
    assertEquals(applied(world.state, sampleOf(kind)).error, full);
    assertEquals(textOf(world), before, "nothing of it is left");
    const { outcome, error } = applied(world.state, sampleOf(kind));
    assertEquals(error, undefined);
    assertEquals(outcomeText(outcome), outcomeText(applied(undisturbed.state, sampleOf(kind)).outcome));
    assertEquals(textOf(world), textOf(undisturbed), "as if it had not failed");
  });
}

Deno.test("proposals: what applies them has no clock, no chance and no secrets", () => {
  const core = filesEndingIn(".ts").filter(({ path }) => path.startsWith("server/core/"))
    .map(({ path, text }) => ({ path, text: withoutComments(text) }));
  assertTrue(core.length > 30, "the core is found");
  const chance =
    /\bDate\.now|\bnew Date\b|\bMath\.random|\bperformance\b|\bcrypto\b|\bTemporal\b|\bset(Timeout|Interval)\b/g;
  assertEquals(placesOf(core, chance), []);
  // An apply function has the state and its proposal; who prepares has the core.
  const applies = core.flatMap(({ path, text }) =>
    Array.from(
      text.matchAll(/function (apply\w+)\((?:[^()]|\([^()]*\))*\)/g),
      ({ 0: head }) => `${path} ${head}`,
    )
  );
  assertTrue(applies.length >= PROPOSAL_KINDS.length - 3, "they are found");
  assertEquals(applies.filter((head) => /\bCore\b|\bCaller\b/.test(head)), []);
  const state: (keyof State)[] = Object.keys(newState().state) as (keyof State)[];
  assertEquals(state.sort(), [
    ...[
      "bans",
      "journal",
      "mutes",
      "networkOf",
      "networksOf",
      "presence",
      "rooms",
      "sequence",
      "settings",
      "store",
    ] as const,
  ]);
});
