/**
 * Several nodes over one log, and people on them, driven by a schedule. What is proposed takes a while until it is in the
 * log, or never gets there; nodes apply the log as late as they like; some are lost and come back. A state that applies
 * every entry at once, one by one, says what all others must come to.
 */
import { due, expiring } from "../../server/core/admin/housekeeping.ts";
import type { Outcome } from "../../server/core/outcome.ts";
import type { Proposal } from "../../server/core/proposals.ts";
import { Fault } from "../../server/core/shared/faults.ts";
import type { Room } from "../../server/core/state/rooms.ts";
import type { State } from "../../server/core/state/state.ts";
import { commit } from "../../server/log/commit.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import type { MemoryState } from "../support/memory_state.ts";
import { Expectations, storedAfter, visibleTo, waitingFor } from "./expectations.ts";
import type { Step } from "./schedule.ts";
import { act } from "./simulated_actions.ts";
import {
  BEGINNING,
  type LogEntry,
  newState,
  outcomeText,
  type Record,
  SimulatedNode,
} from "./simulated_node.ts";
import { type Connection, Device, forgetEncoded } from "./simulated_peer.ts";
import { memoryText, storeText } from "./state_print.ts";

const ACCOUNTS = ["ada", "bob", "cyd"];
/** Who uses which device; what is no account is a guest. */
const DEVICES = ["ada", "ada", "bob", "bob", "cyd", "gil", "hal", "ivy", "ada#"];

/** How often each thing happens, of a hundred. */
const OFTEN: readonly (readonly [number, (simulation: Simulation, step: Step) => void])[] = [
  [42, (simulation, step) => simulation.act(step)],
  [20, (simulation, { which, how }) => simulation.order(simulation.nodes[which % 3]!, 1 + how % 4)],
  [29, (simulation, { which, how }) => simulation.apply(simulation.nodes[which % 3]!, how)],
  [2, (simulation, { how }) => simulation.timePasses(how)],
  [2, (simulation, step) => simulation.keepHouse(step)],
  [1, (simulation, { which, how }) => simulation.lose(simulation.nodes[which % 3]!, how)],
  [3, (simulation, { which, how }) => simulation.comeBack(simulation.nodes[which % 3]!, how)],
  [1, (simulation, step) => simulation.administer(step)],
];

/** A world in which a schedule happens. */
export class Simulation {
  readonly nodes: readonly SimulatedNode[];
  readonly devices: readonly Device[];
  readonly expectations: Expectations = new Expectations();
  /** Messages that somebody has heard of. */
  readonly known: { readonly id: string; readonly from: string }[] = [];
  readonly #log: LogEntry[] = [];
  readonly #records: Record[] = [];
  readonly #reference = newState();
  /** The sessions that there are, by what the log says of each: session → its node and person. */
  readonly #open = new Map<string, { node: string; person: string }>();
  readonly #acknowledged: { id: string; seq: number }[] = [];
  #now = BEGINNING;
  #made = 0;

  constructor() {
    forgetEncoded();
    this.#record({});
    const surroundings = {
      clock: () => this.#now,
      newId: () => String(++this.#made).padStart(6, "0"),
      recordAt: (position: number) => this.#records[position]!,
      check: (connection: Connection, position: number) => this.#check(connection, position),
    };
    this.nodes = ["a", "b", "c"].map((letter) => new SimulatedNode(letter, surroundings));
    for (const [index, name] of ACCOUNTS.entries()) this.#append(accountOf(name, index));
    this.devices = DEVICES.map((name, number) => {
      const account = ACCOUNTS.includes(name) ? `account ${name}` : undefined;
      return new Device(number, name, account, {
        expectations: this.expectations,
        learn: ({ id, from }) => void this.known.push({ id, from }),
        acknowledge: (sent) => void this.#acknowledged.push(sent),
      });
    });
  }

  get now(): number {
    return this.#now;
  }

  /** The log, an entry a line, with what each came to. */
  get story(): string {
    return this.#log.map(({ proposal, author }, index) =>
      `${index + 1} ${author?.letter ?? ""} ${JSON.stringify(proposal)} → ${
        this.#records[index + 1]?.outcome ?? "?"
      }`
    ).join("\n");
  }

  step(step: Step): void {
    let rest = step.what % 100;
    for (const [share, happen] of OFTEN) {
      if (rest < share) return happen(this, step);
      rest -= share;
    }
  }

  /** Everything that is on its way arrives, everybody comes back, and all is as it should be. */
  finish(): void {
    for (const node of this.nodes) this.comeBack(node, 0);
    this.#settle();
    for (let round = 0; round < 60 && this.#askOn(); round++) this.#settle();
    const { state, store } = this.#reference;
    const tables = store.snapshot();
    for (const { id, seq } of this.#acknowledged) {
      const kept = tables.messages.filter((message) => message.id === id);
      if (kept.length === 0) {
        assertTrue(seq <= tables.goneSeq, `message ${seq} was acknowledged and is there`);
      } else assertEquals(kept.map((message) => message.seq), [seq], `message ${seq} is there once`);
    }
    for (const node of this.nodes) {
      assertEquals(node.position, this.#log.length, `${node.letter} has applied everything`);
      for (const { session, isBehind } of node.connections) {
        if (!session) continue;
        assertTrue(!isBehind, `session ${session.id} has caught up`);
        const { early, began } = this.expectations.of(session.id);
        if (began !== "anew") continue;
        const waits = new Set(waitingFor(tables, session.person.id));
        assertEquals(early.filter((seq) => waits.has(seq)), [], `what waited for ${session.id} has arrived`);
      }
    }
    assertTrue(state.sequence.last >= 0, "there is an order");
  }

  act(step: Step): void {
    const device = this.devices[step.who % this.devices.length]!;
    const node = this.nodes[step.which % this.nodes.length]!;
    if (device.connection) act(this, device.connection, step);
    else if (node.isUp && step.how % 3 !== 0) device.connect(node, step.how);
  }

  /** What a node has proposed gets into the log. */
  order(node: SimulatedNode, count: number): void {
    for (const entry of node.onTheWay.splice(0, count)) this.#append(entry);
  }

  /** A node applies some of what it has not applied yet. */
  apply(node: SimulatedNode, how: number): void {
    if (!node.isUp) return;
    const { position } = node;
    const entries = this.#log.slice(position, position + 1 + how % 8);
    node.apply(entries, (how >>> 8) % 5 === 0, (how >>> 16) % 2 === 0);
  }

  timePasses(how: number): void {
    const steps = [1, 20, 400, 3_000, 9_000, 9_000, 130_000, 700_000, 1_300_000, 25 * 3_600_000];
    this.#now += steps[how % steps.length]!;
  }

  keepHouse({ which, how }: Step): void {
    const node = this.nodes[which % this.nodes.length]!;
    if (!node.isUp) return;
    for (const proposal of due(node.core)) node.propose(proposal);
    if (how % 8 === 0) { for (const proposal of expiring(node.core)) node.propose(proposal); }
  }

  /** A node is taken for lost by another: it has ended, or it is only slow. */
  lose(node: SimulatedNode, how: number): void {
    const other = this.nodes.find((each) => each !== node && each.isUp);
    if (!other || !node.isUp) return;
    other.propose({ kind: "node.lost", at: this.#now, node: node.core.node });
    if (how % 3 === 0) return;
    node.isUp = false;
    // What it had proposed may have got through, or not.
    node.onTheWay.splice((how >>> 8) % (node.onTheWay.length + 1));
    for (const connection of Array.from(node.connections)) connection.cut();
  }

  /** It goes on where it stopped, or it begins anew and reads the whole log; its earlier connections are gone. */
  comeBack(node: SimulatedNode, how: number): void {
    if (node.isUp) return;
    const before = node.core.node;
    if (how % 3 === 1) node.wake();
    else node.restart();
    if (how % 3 !== 1 && how % 2 === 0) {
      node.apply(this.#log.slice(0, (how >>> 8) % (this.#log.length + 1)), false, true);
    }
    node.propose({ kind: "node.lost", at: this.#now, node: before });
  }

  administer({ which, who, how }: Step): void {
    const node = this.nodes[which % this.nodes.length]!;
    if (!node.isUp) return;
    const account = `account ${ACCOUNTS[who % ACCOUNTS.length]}`;
    const at = this.#now;
    const proposals: Proposal[] = [
      { kind: "admin.disable", at, account },
      { kind: "admin.enable", at, account },
      { kind: "admin.enable", at, account },
      { kind: "admin.room.delete", at, room: ["ops", "den", "pit"][who % 3]! },
      { kind: "admin.room.lift", at, room: "lobby", nickname: DEVICES[who % DEVICES.length]! },
      { kind: "admin.password", at, account, hashes: { passwordHash: `${how}`, md5Hash: null } },
      ...(how % 5 === 0 ? [{ kind: "admin.delete" as const, at, account }] : []),
    ];
    node.propose(proposals[(how >>> 8) % proposals.length]!);
  }

  #settle(): void {
    while (this.nodes.some((node) => node.onTheWay.length > 0 || node.position < this.#log.length)) {
      for (const node of this.nodes) this.order(node, Infinity);
      for (const node of this.nodes) node.apply(this.#log.slice(node.position), false, true);
    }
    for (const node of this.nodes) node.apply([], false, true);
  }

  /** Everybody asks for what they missed, and goes on; gives whether anybody has to. */
  #askOn(): boolean {
    let asked = false;
    for (const { connections } of this.nodes) {
      for (const connection of connections) {
        if (!connection.session) continue;
        if (connection.isBehind) connection.askMissed();
        else if (connection.session.delivered) connection.goOn();
        else continue;
        asked = true;
      }
    }
    return asked;
  }

  /** An entry has its place: the reference applies it at once. */
  #append(entry: LogEntry): void {
    this.#log.push(entry);
    const { state, store } = this.#reference;
    const { last } = state.sequence;
    const before = store.snapshot();
    const outcome = this.#outcomeOf(entry.proposal);
    const isMember = new Set(store.snapshot().places.map(({ person, room }) => `${person} ${room}`));
    for (const { person, room } of before.places) {
      if (!isMember.has(`${person} ${room}`)) this.expectations.leave(person, room, state.sequence.last);
    }
    this.#follow(entry.proposal, outcome, last);
    if (entry.proposal.kind === "session.delivered") this.#checkArrived(before, store.snapshot());
    for (const { seq, room, people } of storedAfter(store.snapshot(), last)) {
      const here = room === null ? [] : state.rooms.byId(room)?.members ?? [];
      const told = [...people, ...Array.from(here, ({ id }) => id)];
      const { proposal } = entry;
      const replied = (outcome.reply as { seq?: number } | undefined)?.seq === seq;
      const by = replied && "session" in proposal ? proposal.session : undefined;
      this.expectations.note(new Set(told.filter((id) => state.presence.byId(id)?.hears)), seq, room);
      this.expectations.tell(state, { seq, at: this.#log.length, people: told, by });
    }
    checkState(state, store.snapshot(), this.#open);
    this.#record(outcome);
  }

  #outcomeOf(proposal: Proposal): Outcome {
    const { state } = this.#reference;
    let outcome: Outcome = {};
    const nobody = { add: (_: unknown, each: Outcome) => void (outcome = each), deliver() {}, drop() {} };
    const failed = commit(state, [{ proposal, waiting: undefined }], () => nobody);
    if ("done" in failed) return outcome;
    if (!(failed.error instanceof Fault)) throw failed.error;
    return { fault: failed.error };
  }

  #record(outcome: Outcome): void {
    const { state, store } = this.#reference;
    this.#records.push({ outcome: outcomeText(outcome), memory: memoryText(state), store: storeText(store) });
  }

  /** Which sessions there are now, and what a new one is to hear of what was before. */
  #follow(p: Proposal, { session: id, reply, fault }: Outcome, last: number): void {
    if (p.kind === "session.lost") this.#open.delete(p.session);
    else if (p.kind === "logout" && p.session !== undefined && !fault) this.#open.delete(p.session);
    else if (p.kind === "node.lost") this.#close(({ node }) => node === p.node);
    else if ((p.kind === "admin.disable" || p.kind === "admin.delete") && !fault) {
      this.#close(({ person }) => person === p.account);
    }
    if (!id || !("node" in p) || p.kind === "node.lost") return;
    const { state, store } = this.#reference;
    const { person: { id: person, guest } } = state.presence.session(id)!;
    this.#open.set(id, { node: p.node, person });
    const { recovered = false, more = false } = reply as { recovered?: boolean; more?: boolean };
    const tables = store.snapshot();
    const waits = (upTo: number) => guest ? [] : waitingFor(tables, person, upTo);
    if (p.kind !== "resume" || !recovered) {
      const began = { began: "anew", boundary: last, early: waits(last) } as const;
      return this.expectations.begin(id, { person, ...began, live: [] });
    }
    const early = more
      ? []
      : [...waits(p.since!), ...visibleTo(state, tables, person, { after: p.since!, upTo: last })];
    if (!more) this.#checkOwed(person, { after: p.since!, upTo: last }, early);
    const began = { began: more ? "behind" : "recovered", boundary: last, early } as const;
    this.expectations.begin(id, { person, ...began, live: [] });
  }

  /** Whoever comes back is told all that any of their connections was to hear, whether it heard it or not. */
  #checkOwed(
    person: string,
    { after, upTo }: { after: number; upTo: number },
    told: readonly number[],
  ): void {
    const { state, store } = this.#reference;
    const there = new Map(storedAfter(store.snapshot(), after).map((each) => [each.seq, each.room]));
    const present = new Set(Array.from(state.presence.byId(person)!.rooms, ({ id }) => id));
    const owed = this.expectations.owed(person, after).filter((seq) => {
      const room = there.get(seq);
      return room === null || (room !== undefined && present.has(room));
    });
    const missing = owed.filter((seq) => seq <= upTo && !told.includes(seq));
    assertEquals(missing, [], `what ${person} missed is told`);
  }

  #close(isGone: (session: { node: string; person: string }) => boolean): void {
    for (const [id, session] of this.#open) if (isGone(session)) this.#open.delete(id);
  }

  /** What waits no longer has been heard. */
  #checkArrived(before: MemoryState, after: MemoryState): void {
    for (const { person, seq } of before.waiting) {
      if (after.waiting.some((each) => each.person === person && each.seq === seq)) continue;
      assertTrue(
        this.expectations.hasHeard(person, seq),
        `message ${seq}, which waited for ${person}, was told`,
      );
    }
  }

  #check({ session, heard, liveAfter }: Connection, position: number): void {
    if (session) this.expectations.check({ session: session.id, heard, liveAfter }, position);
  }
}

/** What is true of a state after every entry. */
function checkState(
  { presence, rooms }: State,
  tables: MemoryState,
  open: ReadonlyMap<string, { node: string; person: string }>,
): void {
  const places = new Set(tables.places.map(({ person, room }) => `${person} ${room}`));
  const lost = new Set(presence.lostBefore(Infinity));
  let sessions = 0;
  for (const person of presence.all()) {
    assertEquals(
      person.sessions.size > 0,
      !lost.has(person),
      `${person.nickname} is here or their place is kept`,
    );
    for (const { id, node } of person.sessions) {
      sessions++;
      assertTrue(!presence.hasLost(node), `session ${id} is on a node that there is`);
      assertEquals(open.get(id), { node, person: person.id }, `session ${id} is open`);
    }
    const isEnding = Array.from(person.sessions).every(({ signedOff }) => signedOff);
    for (const room of person.rooms) {
      assertTrue(rooms.byId(room.id) === room, `${person.nickname} is in a room that there is`);
      assertTrue(room.members.has(person), `${room.name} knows ${person.nickname}`);
      // Whose token is gone does not come back to it.
      assertTrue(
        isEnding || places.has(`${person.id} ${room.id}`),
        `it is kept that ${person.nickname} is in ${room.name}`,
      );
    }
  }
  assertEquals(sessions, open.size, "the sessions that there are");
  for (const room of rooms.all()) {
    for (const member of room.members) {
      assertTrue(
        presence.byId(member.id) === member && member.rooms.has(room),
        `${member.nickname} is in ${room.name}`,
      );
    }
    const isOwned = room.owner !== null && room.members.has(room.owner);
    assertTrue(isOwned || room.owner === null, `${room.name} is owned by somebody in it`);
    const { private: isPrivate } = room.settings;
    if (isPrivate) checkPrivateRoom(room, tables);
    else if (room.members.size > 0 && room.held === null) assertTrue(isOwned, `${room.name} has an owner`);
    const stored = tables.rooms.find(({ id }) => id === room.id);
    assertTrue(stored !== undefined, `${room.name} is stored`);
    if (room.owner) assertEquals(stored?.owner, room.owner.id, `the owner of ${room.name} is stored`);
  }
  const numbers = storedAfter(tables, 0).map(({ seq }) => seq);
  assertEquals(new Set(numbers).size, numbers.length, "each number is there once");
}

/** It has members with accounts alone, and one of them at least owns it, online or not. */
function checkPrivateRoom({ id, name, owner, roles, members }: Room, tables: MemoryState): void {
  const isAccount = (person: string) => tables.accounts.some((account) => account.id === person);
  const places = tables.places.filter(({ room, person }) => room === id && isAccount(person));
  assertEquals(owner, null, `${name} is nobody's by being there`);
  assertTrue(places.some(({ role }) => role === "owner"), `${name} has an owner`);
  assertTrue(Array.from(members).every(({ guest }) => !guest), `${name} has no guest`);
  const appointed = places.filter(({ role }) => role !== "member").map(({ person, role }) =>
    `${person} ${role}`
  );
  assertEquals(Array.from(roles, ([person, role]) => `${person} ${role}`).sort(), appointed.sort());
}

function accountOf(name: string, index: number): LogEntry {
  return {
    author: undefined,
    waiting: undefined,
    proposal: {
      kind: "register",
      by: "anybody",
      at: BEGINNING + index,
      account: {
        ...{
          id: `account ${name}`,
          username: name,
          nickname: name,
          email: `${name}@example.org`,
          phone: null,
        },
        ...{
          passwordHash: `hash of ${name}`,
          md5Hash: null,
          createdAt: BEGINNING,
          disabledAt: null,
          role: "member",
          confirmBy: null,
        },
      },
    },
  };
}
