/**
 * Searches off the main thread: one at a time, in turns of those who ask, each bounded in time. The thread is started
 * when somebody searches and ends when nobody has for a while; one that takes too long is ended, and another one goes on.
 */
import type { Message } from "../core/shared/events.ts";
import { Fault } from "../core/shared/faults.ts";
import { LIMITS } from "../core/shared/limits.ts";
import type { SearchQuery } from "../core/store/store.ts";
import type { Asked, Found } from "./query_worker.ts";

/** What a search gives. */
type Page = { messages: Message[]; more: boolean };

interface Waiting {
  readonly query: SearchQuery;
  readonly resolve: (page: Page) => void;
  readonly reject: (error: unknown) => void;
}

/** In a bundle the thread's program stands where its source did, and has been compiled. */
const PROGRAM = import.meta.url.endsWith(".ts")
  ? new URL("./query_worker.ts", import.meta.url)
  : new URL("./server/storage/query_worker.js", import.meta.url);

/** Who searches. */
export class Queries {
  readonly #path: string;
  /** Person → what they wait for, in the order in which they are next. */
  readonly #waiting = new Map<string, Waiting[]>();
  #worker: Worker | undefined;
  #underWay: Waiting | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws Fault `busy`: too many wait, or it takes too long */
  search(query: SearchQuery): Promise<Page> {
    return new Promise((resolve, reject) => {
      const own = this.#waiting.get(query.person) ?? [];
      if (own.length >= LIMITS.searchesWaitingMax) return reject(tooMany());
      own.push({ query, resolve, reject });
      this.#waiting.set(query.person, own);
      this.#next();
    });
  }

  /** Ends the thread; what waits is refused. */
  close(): void {
    this.#closed = true;
    this.#end();
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    for (const { reject } of [this.#underWay, ...all].filter((each) => each !== undefined)) reject(tooMany());
    this.#underWay = undefined;
  }

  #next(): void {
    const [first] = this.#waiting;
    if (this.#underWay || this.#closed) return;
    clearTimeout(this.#timer);
    if (!first) {
      if (this.#worker) this.#timer = setTimeout(() => this.#end(), LIMITS.searchIdleMs);
      return;
    }
    const [person, own] = first;
    this.#underWay = own.shift()!;
    this.#waiting.delete(person);
    if (own.length > 0) this.#waiting.set(person, own);
    if (this.#worker) this.#ask(this.#worker, this.#underWay);
    else this.#worker = this.#start();
  }

  #ask(worker: Worker, { query }: Waiting): void {
    this.#timer = setTimeout(() => this.#takesTooLong(), LIMITS.searchMs);
    worker.postMessage({ query } satisfies Asked);
  }

  #start(): Worker {
    const worker = new Worker(PROGRAM, { type: "module" });
    worker.postMessage({ path: this.#path } satisfies Asked);
    worker.onmessage = ({ data }: MessageEvent<Found>) => {
      if (data === "ready") return this.#underWay && this.#ask(worker, this.#underWay);
      const done = this.#underWay;
      this.#underWay = undefined;
      if ("failed" in data) done?.reject(new Error(data.failed));
      else done?.resolve(data);
      this.#next();
    };
    worker.onerror = (event) => {
      // Otherwise it would end the whole program.
      event.preventDefault();
      this.#fail(new Error(event.message));
    };
    return worker;
  }

  #takesTooLong(): void {
    this.#fail(new Fault("busy", "Cannot search: it takes too long; ask for more words, or for rarer ones"));
  }

  #fail(error: unknown): void {
    this.#end();
    this.#underWay?.reject(error);
    this.#underWay = undefined;
    this.#next();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}

function tooMany(): Fault {
  return new Fault("busy", "Cannot search now: you have asked for too much already; wait for the answers");
}
