/**
 * Torture: people on three nodes talk while nodes and NATS servers are killed, halted and cut off, by chance that a seed
 * gives. Afterwards everything that was promised is looked at: docs/cluster.md.
 */
import { agreement, judge } from "./judge.ts";
import { type Durations, type Fault, FAULTS } from "./faults.ts";
import { spoiltAt } from "./files.ts";
import { Ledger, type Outage } from "./ledger.ts";
import { Person } from "./person.ts";
import { Ghost, onlineAt, register } from "./presence.ts";
import { untilTrue } from "../cluster/polling.ts";
import { LANGUAGES, Program } from "./program.ts";
import { Random } from "./random.ts";
import { TorturedCluster } from "./tortured_cluster.ts";

/** How it is done. */
interface TortureOptions {
  readonly seed: number;
  readonly durations: Durations;
  /** The faults, by their kinds, as long as there are any. */
  faults(random: Random): Iterable<string>;
  /** People with clients that come back, on each node. */
  readonly peoplePerNode: number;
  /** What lies between two messages of each, at most; milliseconds. */
  readonly pauseMs: number;
  /** What lies between two faults. */
  readonly restMs: number;
  /** How long coming back may take, from noticing the loss and from the fault, and presence and owners to be right. */
  readonly resumedMs: number;
  readonly presenceMs: number;
  say(line: string): void;
}

/** What came of it. */
export interface TortureReport {
  readonly violations: readonly string[];
  readonly faults: number;
  readonly acknowledged: number;
  readonly kept: number;
  /** Files that were acknowledged. */
  readonly files: number;
  readonly unknown: number;
  readonly unknownKept: number;
  readonly refused: number;
  readonly refusals: Readonly<Record<string, number>>;
  /** What clients heard, all together. */
  readonly heard: number;
  /** From when a loss was noticed until one was there again, where another node went on; milliseconds. */
  readonly resumes: readonly number[];
  /** From the fault until one was there again, where one's node was hit and others went on. */
  readonly elsewhere: readonly number[];
  /** From the fault until those who were gone were gone everywhere. */
  readonly presence: readonly number[];
  /** From when it was mended until all nodes were ready. */
  readonly ready: readonly number[];
  readonly gaps: number;
  readonly memory: readonly number[];
}

const READY_MS = 30_000;
/** So many of all go elsewhere before each fault. */
const MOVING = 1 / 3;
const MOVE_MS = 300;
/** Those who look come in for it. */
const LOOK_MS = 200;

/** Runs it. */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  await using cluster = await TorturedCluster.start();
  const run = new Run(cluster, options);
  try {
    return await run.all();
  } finally {
    run.close();
  }
}

class Run {
  readonly #random: Random;
  readonly #ledger: Ledger;
  readonly #people: Person[] = [];
  readonly #programs: Program[] = [];
  readonly #resumes: number[] = [];
  readonly #elsewhere: number[] = [];
  readonly #presence: number[] = [];
  readonly #ready: number[] = [];
  #ghosts: Ghost[] = [];
  /** Nodes have come apart: what follows says nothing. */
  #isApart = false;
  #rounds = 0;

  constructor(readonly cluster: TorturedCluster, readonly options: TortureOptions) {
    this.#random = new Random(options.seed);
    this.#ledger = new Ledger(options.say);
    const { peoplePerNode, pauseMs } = options;
    const { nodes } = cluster;
    const given = { ledger: this.#ledger, pauseMs };
    nodes.forEach((_, index) => {
      const inTurn = [...nodes.slice(index), ...nodes.slice(0, index)];
      for (let count = 0; count < peoplePerNode; count++) {
        this.#people.push(
          new Person({
            ...given,
            name: `${count % 2 === 0 ? "member" : "guest"}${index}${count}`,
            guest: count % 2 === 1,
            transport: count % 4 < 2 ? "tcp" : "websocket",
            nodes: inTurn,
            random: this.#random.child(),
          }),
        );
      }
      this.#people.push(
        new Person({
          ...{ ...given, name: `listener${index}`, guest: true, isSilent: true, nodes: inTurn },
          ...{ transport: index % 2 === 0 ? "websocket" : "tcp", random: this.#random.child() },
        }),
      );
      for (const [name, language] of Object.entries(LANGUAGES)) {
        const program = { ...given, name: `${name}${index}`, nodes: inTurn, random: this.#random.child() };
        this.#programs.push(new Program(language, { ...program, pauseMs: pauseMs * 2 }));
      }
    });
  }

  close(): void {
    for (const each of [...this.#people, ...this.#programs, ...this.#ghosts]) each.close();
  }

  async all(): Promise<TortureReport> {
    for (const { name } of this.#programs) await register(this.cluster.nodes[0]!, name);
    for (const each of this.#all) await each.come();
    this.options.say(`${this.#all.length} people are there`);
    for (const kind of this.options.faults(this.#random)) {
      await this.#round(kind);
      if (this.#isApart) break;
    }
    return await this.#end();
  }

  get #all(): readonly (Person | Program)[] {
    return [...this.#people, ...this.#programs];
  }

  async #round(kind: string): Promise<void> {
    const { cluster, options: { durations, restMs, say } } = this;
    const number = ++this.#rounds;
    await this.#move();
    await this.#haunt(number);
    const before = this.#ledger.acknowledged.size;
    const began = performance.now();
    const places = new Map(this.#people.map((person) => [person, person.at]));
    const fault = await FAULTS[kind]!(cluster, this.#random, durations);
    const held = (fault.holdMs / 1000).toFixed(1);
    const watching = this.#watchGone(fault, performance.now());
    await pause(fault.holdMs);
    this.#judgeStayed(fault, began, places);
    await fault.mend();
    const ready = await this.#settle(fault);
    const gone = await watching;
    const resumed = this.#resumedIn(fault, began);
    say(
      `${number}. ${fault.what} for ${held} s: ${[gone, resumed, ready].filter(Boolean).join(", ")}, ${
        this.#ledger.acknowledged.size - before
      } acknowledged`,
    );
    for (const ghost of this.#ghosts) ghost.close();
    await this.#compare(fault);
    await pause(restMs);
  }

  /** Some go to another node, so that there are people on all. */
  async #move(): Promise<void> {
    for (const each of this.#all) if (this.#random.next() < MOVING) each.move();
    await pause(MOVE_MS);
    await untilTrue(() => this.#away(), this.options.presenceMs);
  }

  #away(): string | undefined {
    const away = this.#all.filter(({ at }) => at === undefined).map(({ name }) => name);
    return away.length === 0 ? undefined : `${away.join(" ")} did not come back`;
  }

  /** On every node there is somebody who will not come back. */
  async #haunt(number: number): Promise<void> {
    this.#ghosts = [];
    for (const node of this.cluster.nodes) {
      const heir = this.#people.find(({ at }) => at !== undefined && at !== node.name);
      if (!heir) continue;
      const ghost = new Ghost(`ghost${number}${node.name}`, node, heir);
      this.#ghosts.push(ghost);
      await ghost.come().catch((error) => this.#ledger.violate(`${ghost.name} can't come in: ${error}`));
    }
  }

  /** Who does not come back is gone before long, on all nodes that go on. */
  async #watchGone({ hit, isLost, what }: Fault, began: number): Promise<string | undefined> {
    if (!isLost) return undefined;
    const ghosts = this.#ghosts.filter(({ node }) => hit.includes(node));
    const others = this.cluster.nodes.filter((node) => !hit.includes(node));
    const look = async () => {
      for (const ghost of ghosts) {
        for (const node of others) {
          const not = await ghost.stillAt(node);
          if (not !== undefined) return not;
        }
      }
      return undefined;
    };
    const found = await untilTrue(look, this.options.presenceMs * 2, { since: began, lookMs: LOOK_MS });
    if ("not" in found) this.#ledger.violate(`${what}: ${found.not} after ${this.options.presenceMs * 2} ms`);
    else {
      this.#presence.push(found.ms);
      if (found.ms > this.options.presenceMs) {
        this.#ledger.violate(`${what}: presence and owners were right after ${seconds(found.ms)} only`);
      }
      return `presence right after ${seconds(found.ms)}`;
    }
  }

  /** While nobody talks all nodes have the same. */
  async #compare({ what }: Fault): Promise<void> {
    for (const each of this.#all) each.isQuiet = true;
    for (const differing of await agreement(this.cluster.nodes)) {
      this.#ledger.violate(`${what}: ${differing}`);
      this.#isApart = true;
    }
    for (const each of this.#all) each.isQuiet = false;
  }

  /** Everything goes on by itself. */
  async #settle({ what, othersGoOn }: Fault): Promise<string> {
    const began = performance.now();
    const { nodes } = this.cluster;
    for (const node of nodes) {
      await node.ready(READY_MS).catch(({ message }) => this.#ledger.violate(`${what}: ${message}`));
    }
    const readyMs = performance.now() - began;
    this.#ready.push(readyMs);
    const back = await untilTrue(() => this.#away(), this.options.presenceMs * 2);
    if ("not" in back) this.#ledger.violate(`${what}: ${back.not}`);
    // Where NATS was away it may have to elect once more, and nobody can come in meanwhile.
    const same = await untilTrue(() => this.#isOne(), this.options.presenceMs * (othersGoOn ? 1 : 2), {
      lookMs: LOOK_MS,
    });
    if ("not" in same) this.#ledger.violate(`${what}: ${same.not}`);
    return `all ready after ${seconds(readyMs)}`;
  }

  /** Whether all nodes say that the same people are there, everybody who should be among them. */
  async #isOne(): Promise<string | undefined> {
    const [first, ...others] = await Promise.all(this.cluster.nodes.map(onlineAt));
    const lacking = this.#all.filter(({ name }) => !first!.includes(name)).map(({ name }) => name);
    if (lacking.length > 0) return `${lacking.join(" ")} is not there`;
    const [a, b] = [first!, others.find((each) => each.join() !== first!.join())];
    if (!b) return undefined;
    const odd = [...a.filter((name) => !b.includes(name)), ...b.filter((name) => !a.includes(name))];
    return `nodes do not agree whether ${odd.join(" ")} is there`;
  }

  /** Nobody is at a node that was hit, once there was time enough to leave. */
  #judgeStayed(
    { hit, othersGoOn, what }: Fault,
    began: number,
    places: ReadonlyMap<Person, string | undefined>,
  ) {
    if (!othersGoOn || performance.now() - began < this.options.resumedMs) return;
    for (const [{ name, outages }, at] of places) {
      const wasHit = hit.some((node) => node.name === at);
      if (wasHit && !outages.some(({ lostAt }) => lostAt >= began)) {
        this.#ledger.violate(`${what}: ${name} is still there`);
      }
    }
  }

  /** How long those who lost their node took to be elsewhere. */
  #resumedIn({ hit, othersGoOn, what }: Fault, began: number): string | undefined {
    const names = hit.map(({ name }) => name);
    const isOurs = ({ from, lostAt }: Outage) => lostAt >= began && names.includes(from ?? "");
    const outages = this.#people.flatMap((person) => person.outages).filter(isOurs);
    const times = outages.map(({ lostAt, backAt }) => (backAt ?? performance.now()) - lostAt);
    const since = outages.map(({ backAt }) => (backAt ?? performance.now()) - began);
    if (times.length === 0) return undefined;
    if (othersGoOn) {
      this.#resumes.push(...times);
      for (const [index, ms] of times.entries()) {
        if (ms <= this.options.resumedMs) continue;
        this.#ledger.violate(`${what}: ${outages[index]!.who} was away for ${seconds(ms)}`);
      }
      // Who was lost once more meanwhile is no measure of the first time.
      const first = new Map(outages.toReversed().map((outage) => [outage.who, outage]));
      // While NATS elects nobody is handed over: the others have nothing kept either.
      const from = this.#ledger.silentUntil(began, this.options.resumedMs);
      for (const { who, backAt } of first.values()) {
        const ms = Math.max(0, (backAt ?? performance.now()) - from);
        this.#elsewhere.push(ms);
        if (ms > this.options.resumedMs) {
          this.#ledger.violate(`${what}: ${who} was elsewhere after ${seconds(ms)}`);
        }
      }
    }
    return `${times.length} resumed in ${seconds(Math.max(...times))} at most (${
      seconds(Math.max(...since))
    } after the fault)`;
  }

  async #end(): Promise<TortureReport> {
    const ledger = this.#ledger;
    await Promise.all(this.#all.map((each) => each.stop()));
    await Promise.all(
      this.#people.map((person) =>
        person.settled().catch((error) => ledger.violate(`${person.name}: ${error}`))
      ),
    );
    const { nodes } = this.cluster;
    for (const differing of await agreement(nodes)) ledger.violate(differing);
    for (const node of nodes) {
      const spoilt = await spoiltAt(node, ledger.files).catch(({ message }) => [
        `at ${node.name} the files can't be looked at: ${message}`,
      ]);
      for (const each of spoilt) ledger.violate(each);
    }
    const verdicts = nodes.map((node) => judge(node, ledger, this.#people, this.#programs));
    return {
      violations: [...new Set(ledger.violations)],
      faults: this.#rounds,
      acknowledged: ledger.acknowledged.size,
      ...verdicts[0]!,
      files: ledger.files.length,
      unknown: ledger.unknown.size,
      refused: ledger.refused.size,
      refusals: Object.fromEntries(ledger.refusals),
      heard: this.#people.reduce((sum, { heard }) => sum + heard.length, 0),
      resumes: this.#resumes,
      elsewhere: this.#elsewhere,
      presence: this.#presence,
      ready: this.#ready,
      gaps: this.#people.reduce((sum, { gaps }) => sum + gaps.length, 0),
      memory: await Promise.all(nodes.map((node) => node.memory())),
    };
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
