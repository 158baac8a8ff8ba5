/**
 * The core's store in memory: the second of its two implementations, for tests of the core without SQL. It shows
 * what the interface promises and nothing more (tests/storage/store_contract_test.ts runs against both).
 */
import { fileInfo } from "../../server/core/files/file_access.ts";
import type { Event, Message, StoredEvent } from "../../server/core/shared/events.ts";
import type { NameKey } from "../../server/core/shared/names.ts";
import type {
  BanKind,
  PageQuery,
  ReplayQuery,
  RoomEventsQuery,
  SearchQuery,
  Store,
  StoredMessage,
  WaitingOf,
  Write,
} from "../../server/core/store/store.ts";
import { MemoryAudit } from "./memory_audit.ts";
import { roomEventOf } from "../../server/core/rooms/room_events.ts";
import { MemoryReports } from "./memory_reports.ts";
import { MemoryRetention } from "./memory_retention.ts";
import { MemoryConversations } from "./memory_conversations.ts";
import { MemoryPeople } from "./memory_people.ts";
import { MemoryInvitations } from "./memory_invitations.ts";
import { MemoryFiles } from "./memory_files.ts";
import { listedAccounts } from "./memory_accounts.ts";
import { heirIn, membersIn } from "./memory_rooms.ts";
import { contains } from "./memory_search.ts";
import { searchWords } from "../../server/core/shared/search_form.ts";
import { applyWrite, keyOf, lookedUp, MemoryState } from "./memory_state.ts";

/** A store that forgets everything at the end, and whose disk can be made to refuse. */
export class MemoryStore implements Store {
  #state = new MemoryState();
  #failures: Error[] = [];
  #isOpen = false;
  writes = 0;
  /** Told right before a transaction is kept. */
  onCommit: () => void = () => {};
  readonly files: MemoryFiles = new MemoryFiles(() => this.#state, (query) => this.#messagesOf(query));

  readonly invitations: MemoryInvitations = new MemoryInvitations(() => this.#state);

  readonly conversations: MemoryConversations = new MemoryConversations(() => this.#state);
  readonly audit: MemoryAudit = new MemoryAudit(() => this.#state);
  readonly retention: MemoryRetention = new MemoryRetention(() => this.#state);
  readonly reports: MemoryReports = new MemoryReports(() => this.#state);
  readonly people: MemoryPeople = new MemoryPeople(
    () => this.#state,
    (message, reader) => this.#seen(message, reader),
  );

  /** `from`: what another one kept. */
  constructor(readonly epoch: string = "memory", from?: MemoryState) {
    if (from) this.#state = from;
  }

  /** The next transactions fail when they are to be committed, one with each of these. */
  fail(...errors: Error[]): void {
    this.#failures.push(...errors);
  }

  transact(work: () => void): void {
    const before = this.#state;
    this.#state = Object.assign(new MemoryState(), before);
    this.#isOpen = true;
    try {
      work();
      this.onCommit();
      const failure = this.#failures.shift();
      if (failure) throw failure;
    } catch (error) {
      this.#state = before;
      throw error;
    } finally {
      this.#isOpen = false;
    }
  }

  write(write: Write): void {
    if (!this.#isOpen) throw new Error("a write belongs into a transaction");
    this.writes++;
    applyWrite(this.#state, frozen(write));
  }

  madeRoom(): boolean {
    return false;
  }

  /** All that is kept, for comparing. */
  snapshot(): MemoryState {
    return this.#isOpen ? Object.assign(new MemoryState(), this.#state) : this.#state;
  }

  spareBytes(): number {
    return 0;
  }

  lastSeq(): number {
    return MemoryState.lastSeq(this.#state);
  }

  accountNamed(key: NameKey) {
    return this.accountWithUsername(key) ?? this.accountWithNickname(key) ?? this.accountWithEmail(key);
  }

  accountWithUsername(key: NameKey) {
    return this.#state.accounts.find((account) => keyOf(account.username) === key);
  }

  accountWithNickname(key: NameKey) {
    return this.#state.accounts.find((account) => keyOf(account.nickname) === key);
  }

  accountWithEmail(key: NameKey) {
    return this.#state.accounts.find(({ email }) => email !== null && keyOf(email) === key);
  }

  accountLooking(looks: readonly string[], except?: string) {
    return this.#state.accounts.find(({ id, username, nickname }) => {
      const former = this.people.formerNicknames(id).map((each) => each.nickname);
      return id !== except &&
        [username, nickname, ...former].flatMap(lookedUp).some((look) => looks.includes(look));
    });
  }

  accountById(id: string) {
    return this.#state.accounts.find((account) => account.id === id);
  }

  administrators(): string[] {
    return this.#state.accounts.filter(({ role, disabledAt }) => role === "admin" && disabledAt === null)
      .map(({ id }) => id).sort();
  }

  accounts(after: NameKey | "", limit: number, text = "") {
    return listedAccounts(this.#state, after, limit, text);
  }

  token(hash: string) {
    return this.#state.tokens.find((token) => token.hash === hash);
  }

  tokensOf(person: string) {
    const own = this.#state.tokens.filter((token) => token.person === person);
    return own.sort((a, b) => b.usedAt - a.usedAt || (a.hash < b.hash ? -1 : 1));
  }

  failuresOf(account: string) {
    const found = this.#state.failures.find((each) => each.account === account);
    return found && { count: found.count, at: found.at, from: found.from };
  }

  reset(hash: string) {
    const found = this.#state.resets.find((reset) => reset.hash === hash && !reset.used);
    if (!found) return undefined;
    const { used: _, ...reset } = found;
    return reset;
  }

  resetsOf(account: string, now: number) {
    return this.#state.resets.filter((each) => each.account === account && !each.used && each.expiresAt > now)
      .map(({ used: _, ...reset }) => reset);
  }

  resetsSince(account: string, since: number): number {
    return this.#state.resets.filter((reset) => reset.account === account && reset.createdAt > since).length;
  }

  memory() {
    return this.#state.memory.map((row) => ({ ...row }));
  }

  settings() {
    return [...this.#state.settings];
  }

  rooms() {
    const { messages, rooms } = this.#state;
    const lastIn = new Map(messages.toSorted((a, b) => a.seq - b.seq).map(({ room, at }) => [room, at]));
    return rooms.toSorted((a, b) => a.id < b.id ? -1 : 1)
      .map((room) => ({
        ...room,
        spoken: lastIn.has(room.id) || room.lasting,
        lastAt: lastIn.get(room.id) ?? room.createdAt,
      }));
  }

  bans(of: BanKind, after: number) {
    return this.#state[of].filter((ban) => ban.until > after);
  }

  membershipsOf(person: string) {
    return this.#state.places.filter((place) => place.person === person)
      .toSorted((a, b) => a.since - b.since || (a.room < b.room ? -1 : 1))
      .map(({ room, since, notify }) => ({ room, since, notify }));
  }

  membershipIn(room: string, person: string) {
    return this.membershipsOf(person).find((place) => place.room === room);
  }

  whoCameBefore(room: string, seq: number) {
    const before = this.#state.places.filter((place) => place.room === room && place.since < seq);
    return new Set(before.map(({ person }) => person));
  }

  roles() {
    return this.#state.places.filter(({ role }) => role !== "member")
      .toSorted((a, b) => a.room < b.room || (a.room === b.room && a.person < b.person) ? -1 : 1)
      .map(({ room, person, role }) => ({ room, person, role }));
  }

  membersOf(room: string, limit: number) {
    return membersIn(this.#state, room).slice(0, limit);
  }

  namesBefore(room: string): string[] {
    const named = this.#state.roomEvents.filter((event) => event.room === room)
      .flatMap(({ detail }) => detail?.was === undefined ? [] : [String(detail.was)]);
    return Array.from(new Set(named));
  }

  memberCount(room: string): number {
    return membersIn(this.#state, room).length;
  }

  memberOf(room: string, person: string) {
    return membersIn(this.#state, room).find((member) => member.person === person);
  }

  heirOf(room: string) {
    return heirIn(this.#state, room);
  }

  sharesMember(room: string, other: string): boolean {
    return membersIn(this.#state, room).some(({ person }) => this.memberOf(other, person));
  }

  invites() {
    return this.#state.invites.toSorted((a, b) => a.at - b.at || (a.person < b.person ? -1 : 1));
  }

  invitesOf(person: string) {
    return this.#state.invites.filter((invite) => invite.person === person)
      .toSorted((a, b) => a.at - b.at || (a.room < b.room ? -1 : 1));
  }

  pins(room: string) {
    return this.#state.pins.filter((pin) => pin.room === room).map(({ seq, by, at }) => ({ seq, by, at }))
      .toSorted((a, b) => b.at - a.at || b.seq - a.seq);
  }

  message(id: string) {
    return this.#state.messages.find((message) => message.id === id);
  }

  messageWithKey(author: string, key: string) {
    return this.#state.messages.find((message) => message.author === author && message.key === key);
  }

  recipientsOf(seq: number) {
    return this.#state.recipients.filter((recipient) => recipient.seq === seq)
      .map(({ seq: _, ...recipient }) => recipient);
  }

  reactionsOn(seq: number) {
    return this.#state.reactions.filter((reaction) => reaction.message === seq)
      .map(({ emoji, person }) => ({ emoji, person }));
  }

  waitingCount(person: string, max: number, of?: WaitingOf): number {
    const seqs = this.#state.waiting.filter((each) => each.person === person).map(({ seq }) => seq);
    const counted = this.#messages(({ seq, author, guest }) =>
      seqs.includes(seq) && (!of || ("author" in of ? author === of.author : guest))
    );
    return Math.min(max, counted.length);
  }

  waiting(person: string, upTo: number) {
    const seqs = this.#state.waiting.filter((each) => each.person === person).map((each) => each.seq);
    return this.#messages((message) =>
      message.seq <= upTo && seqs.includes(message.seq) && this.#isSeenBy(message, person)
    )
      .map((message) => this.#told(message, person));
  }

  page({ room, between, before, after, from = 0, limit, upTo }: PageQuery, reader: string) {
    const found = this.#messages((message) =>
      (between ? this.#isBetween(message, ...between) : message.room === room) && message.seq <= upTo &&
      message.seq < (before ?? Infinity) && message.seq > Math.max(after ?? 0, from)
    );
    const messages = after === undefined ? found.slice(-limit) : found.slice(0, limit);
    return this.#answer(messages, found.length, reader);
  }

  seqBefore(at: number) {
    return this.#messages((message) => message.at < at).at(-1)?.seq ?? 0;
  }

  messagesAt(seqs: readonly number[], reader: string) {
    return seqs.flatMap((seq) => this.#messages((message) => message.seq === seq))
      .map((message) => this.#seen(message, reader));
  }

  search({ text, person, rooms, from = {}, private: own, peer, before, limit, upTo }: SearchQuery) {
    const words = searchWords(text);
    const found = this.#messages((message) =>
      message.seq <= upTo && message.seq < (before ?? Infinity) && words.length > 0 &&
      words.every((word) => contains(`${message.text}\n${this.#fileNameOf(message)}`, word)) &&
      (message.room === null
        ? own && this.#isSeenBy(message, person) &&
          (peer === undefined || this.#isBetween(message, person, peer))
        : rooms.includes(message.room) && message.seq > (from[message.room] ?? 0))
    );
    return Promise.resolve(this.#answer(found.slice(-limit), found.length, person));
  }

  #fileNameOf({ file }: StoredMessage): string {
    return file === null ? "" : this.files.find(file)?.name ?? "";
  }

  roomEvents({ room, after, upTo, limit }: RoomEventsQuery): StoredEvent[] {
    return this.#state.roomEvents
      .filter((event) => event.room === room && event.seq > after && event.seq <= upTo)
      .sort((a, b) => a.seq - b.seq).slice(0, limit)
      .map((event) => roomEventOf({ ...event, room: this.#roomName(event.room) }));
  }

  replay({ person, rooms, after, upTo, limit }: ReplayQuery): StoredEvent[] | undefined {
    const within = (seq: number) => seq > after && seq <= upTo;
    const here = (room: string, seq: number) => rooms.some((each) => each.room === room && seq > each.since);
    const messages = this.#messages(({ seq, room, ...message }) =>
      within(seq) && (room === null ? this.#isSeenBy({ seq, ...message }, person) : here(room, seq))
    ).map((message) => this.#told(message, person, false));
    const changes = this.#state.changes.flatMap(({ seq, at, from, message: about, kind, emoji, on }) => {
      const message = this.#state.messages.find((each) => each.seq === about)!;
      const shown = ({ room, from = 0 }: ReplayQuery["rooms"][number]) =>
        room === message.room && about > from;
      const told = message.room === null
        ? this.#isSeenBy(message, person) &&
          !(kind === "edited" && this.people.isBlocked(person, message.author))
        : here(message.room, seq) && rooms.some(shown);
      if (!told || !within(seq)) return [];
      const place = { id: message.id, seq, at, from, ...this.#placeOf(message, person) };
      const more = kind === "edited" ? { text: message.text } : kind === "reacted" ? { emoji, on } : {};
      return [{ event: kind, ...place, ...more } as StoredEvent];
    });
    const roomEvents = this.#state.roomEvents
      .filter((event) =>
        within(event.seq) &&
        (here(event.room, event.seq) || event.kind === "kicked" && event.subject === person)
      )
      .map((event) => roomEventOf({ ...event, room: this.#roomName(event.room) }));
    const answers = this.#state.answers.flatMap(({ seq, at, from, message: about, kind }) => {
      const message = this.#state.messages.find((each) => each.seq === about)!;
      if (!within(seq) || !this.#isSeenBy(message, person)) return [];
      return [
        { event: kind, id: message.id, file: message.file!, seq, at, from, to: message.from } as StoredEvent,
      ];
    });
    const all = [...messages, ...changes, ...answers, ...roomEvents].toSorted((a, b) => a.seq - b.seq);
    return all.length > limit ? undefined : all;
  }

  deviceSeq(person: string, device: string) {
    const conversation = `device/${device}`;
    return this.#state.marks.find((mark) => mark.person === person && mark.conversation === conversation)
      ?.seq;
  }

  readCursor(person: string, conversation: string) {
    const mark = this.#state.marks.find((each) =>
      each.person === person && each.conversation === conversation
    );
    const found = this.#state.messages.find((message) => message.seq === mark?.seq);
    return mark && { id: found?.id ?? null, seq: mark.seq };
  }

  messageOfFile(file: string, after = 0) {
    return this.#messages((message) => message.file === file && message.seq > after)[0];
  }

  /** The messages that a query of files is about. */
  #messagesOf({ room, between, before, from = 0, upTo }: PageQuery): StoredMessage[] {
    return this.#messages((message) =>
      (between ? this.#isBetween(message, ...between) : message.room === room) && message.seq <= upTo &&
      message.seq < (before ?? Infinity) && message.seq > from
    );
  }

  #messages(wanted: (message: StoredMessage) => boolean): StoredMessage[] {
    return this.#state.messages.filter(wanted).toSorted((a, b) => a.seq - b.seq);
  }

  #isSeenBy({ seq, author }: Pick<StoredMessage, "seq" | "author">, person: string): boolean {
    return author === person ||
      this.recipientsOf(seq).some((each) => each.person === person && !each.hidden);
  }

  #isBetween(message: StoredMessage, owner: string, peer: string): boolean {
    if (message.room !== null || !this.#isSeenBy(message, owner)) return false;
    const to = (person: string) => this.recipientsOf(message.seq).some((each) => each.person === person);
    return (message.author === owner && to(peer)) || (message.author === peer && to(owner));
  }

  #answer(messages: StoredMessage[], found: number, reader: string) {
    return {
      messages: messages.map((message) => this.#seen(message, reader)),
      more: found > messages.length,
    };
  }

  #seen(message: StoredMessage, reader: string, withReactions = true): Message {
    const { id, seq, at, from, guest, text, kind, reply, notice, edited, recalled } = message;
    const file = message.file === null || recalled !== null ? undefined : this.files.find(message.file);
    const reactions: Record<string, string[]> = {};
    const given = this.#state.reactions.filter((each) => withReactions && each.message === seq);
    for (const { emoji, nickname, person } of given.toSorted((a, b) => a.seq - b.seq)) {
      (reactions[emoji] ??= []).push(this.accountById(person)?.nickname ?? nickname);
    }
    const now = this.accountById(message.author)?.nickname ?? from;
    return {
      ...{ id, seq, at, from, ...(now !== from && { now }), ...this.#placeOf(message, reader), text, kind },
      ...(guest && { guest }),
      ...(reply !== null && { reply }),
      ...(notice && { notice }),
      ...(edited !== null && { edited }),
      ...(recalled !== null && { recalled: true }),
      ...(message.removedBy !== null && { removed_by: message.removedBy }),
      ...(Object.keys(reactions).length > 0 && { reactions }),
      ...(file && { file: fileInfo(file) }),
    };
  }

  #told(message: StoredMessage, reader: string, withReactions = true): Event<"message" | "offer"> {
    const seen = this.#seen(message, reader, withReactions);
    return { event: seen.file?.offer ? "offer" : "message", ...seen };
  }

  #placeOf(
    { seq, room, author, to }: StoredMessage,
    reader: string,
  ): { room: string } | { to: string | string[] } {
    if (room !== null) return { room: this.#roomName(room) };
    const own = this.recipientsOf(seq).find((recipient) => recipient.person === reader);
    if (author !== reader && own) return { to: own.nickname };
    return { to: to!.length === 1 ? to![0]! : to! };
  }

  #roomName(id: string): string {
    return this.#state.rooms.find((room) => room.id === id)!.name;
  }
}

/** Whoever wrote it, or reads it, can't change what is kept. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const each of Object.values(value)) frozen(each);
  return Object.freeze(value);
}
