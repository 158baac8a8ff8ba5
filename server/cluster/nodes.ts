/**
 * Which nodes are alive. Each says so to the others all the time, and renews a key under its name that runs out by itself.
 * Who was silent for too long is lost once the key has run out, too. A node counts silence only while it hears itself: when
 * NATS was away for everybody, nobody is lost.
 */
import type { Subscription } from "@nats-io/transport-node";
import { ClusterError } from "./cluster_error.ts";
import { CHANGED, type NatsParts, taking } from "./nats_connection.ts";

/** What a node says of itself. */
export interface NodeSign {
  /** The node's name, and which of its lives it is in. */
  readonly node: string;
  /** Where its people reach it, where its operator said so. */
  readonly url?: string;
  readonly version: string;
  /** How far it has applied the log. */
  readonly position: number;
  /** What it has applied up to there, as one number. */
  readonly digest?: number | undefined;
  /** Its clock; milliseconds since 1970. */
  readonly at: number;
  /** It has caught up, and keeps what comes. */
  readonly ready?: true;
}

/** What {@link Nodes} are given. */
interface NodesOptions {
  readonly parts: Pick<NatsParts, "nodes" | "connection" | "signSubject">;
  /** Of this node. */
  readonly name: string;
  /** How long a node may be silent. */
  readonly aliveMs: number;
  /** What is said now. */
  sign(): NodeSign;
  /** Whether that was this very node, in an earlier life. */
  isOwn(node: string): boolean;
  /** Somebody else has this node's name. */
  onTaken(): void;
  /** Any node has said something. */
  onSign(sign: NodeSign): void;
  /** Something has come that no node says. */
  onStrange(error: unknown): void;
}

/** Said so often while one may be silent. */
const RENEWALS = 4;
/** How long NATS may owe this node an answer, or its own sign of life, before it counts as cut off. */
const UNANSWERED_MS = 1_000;

const encoder = new TextEncoder();

/** The name of a node, without which life it is in. */
export function nameOfNode(node: string): string {
  return node.slice(0, node.lastIndexOf("."));
}

/** Why a node can't join under a name that another one has. */
export function nameTaken(name: string): ClusterError {
  return new ClusterError(
    `Cannot join the cluster: a node called "${name}" is in it already; give this one another name with --node`,
  );
}

/** The signs of life of this node and of the others. */
export class Nodes {
  readonly #options: NodesOptions;
  /** Node → when it was last heard. */
  readonly #heard = new Map<string, { readonly at: number; readonly sign: NodeSign }>();
  readonly #subscription: Subscription;
  #revision = 0;
  #isRenewing = false;
  #renewing: ReturnType<typeof setInterval> | undefined;
  /** Since when, and when last, this node heard itself. */
  #hearingSince = Infinity;
  #hearingAt = -Infinity;
  #renewedAt = -Infinity;
  /** Since when this node has said something and not heard it, and asked for its key and had no answer. */
  #unheardSince: number | undefined;
  #unansweredSince: number | undefined;
  #closed = false;

  constructor(options: NodesOptions) {
    this.#options = options;
    const { connection, signSubject } = options.parts;
    this.#subscription = connection.subscribe(signSubject, {
      callback: taking<NodeSign>((sign) => this.#hear(sign), options.onStrange),
    });
  }

  /**
   * Takes this node's name, once whoever had it is silent. Gives when this node was last heard in its life before, where
   * that is known; milliseconds since 1970. @throws ClusterError somebody else has it
   */
  async claim(): Promise<number | undefined> {
    const { parts: { nodes }, name, aliveMs, isOwn } = this.#options;
    const found = await nodes.get(name);
    if (found?.operation === "PUT" && !isOwn(found.json<NodeSign>().node)) {
      const until = performance.now() + aliveMs * 1.25;
      while (performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, aliveMs / RENEWALS));
        const now = await nodes.get(name);
        if (now?.operation !== "PUT") break;
        if (now.revision === found.revision) continue;
        throw nameTaken(name);
      }
    }
    this.#revision = await nodes.put(name, this.#text());
    this.#kept();
    this.#renewing = setInterval(() => void this.#renew(), aliveMs / RENEWALS);
    this.#say();
    const last = found?.operation === "PUT" ? found.json<NodeSign>() : undefined;
    return last && isOwn(last.node) ? last.at : undefined;
  }

  /** Whether NATS has kept this node's key lately, which takes a quorum. */
  get isKept(): boolean {
    return this.keptMs < this.#options.aliveMs * 0.6;
  }

  /** How long ago that was; milliseconds. */
  get keptMs(): number {
    return performance.now() - this.#renewedAt;
  }

  /**
   * Since when this node is cut off from what the others may still have: it does not hear what it says itself; or it hears
   * nobody else, and nothing of its own is kept. On the clock of `performance.now()`; undefined: it is not.
   */
  get cutOffSince(): number | undefined {
    const isLate = (since: number | undefined) =>
      since !== undefined && performance.now() - since > UNANSWERED_MS;
    if (isLate(this.#unheardSince)) return this.#unheardSince;
    if (!isLate(this.#unansweredSince)) return undefined;
    const { aliveMs, name } = this.#options;
    const others = Array.from(this.#heard.values()).filter(({ sign }) => nameOfNode(sign.node) !== name);
    const last = Math.max(...others.map(({ at }) => at));
    const isAlone = others.length > 0 && performance.now() - last > aliveMs / 2;
    return isAlone ? last + aliveMs / RENEWALS : undefined;
  }

  /** NATS is out of reach, as its client says. */
  disconnected(): void {
    if (!this.#closed) this.#unheardSince ??= performance.now();
  }

  /** Those who were heard lately, by name; this one too. */
  alive(): NodeSign[] {
    return this.#aliveAt(performance.now());
  }

  /** The same; while this node is cut off, those who were alive before that. */
  lastAlive(): NodeSign[] {
    return this.#aliveAt(this.cutOffSince ?? performance.now());
  }

  /** Those of these, or of all who were ever heard, who are lost, and how long they have been silent; milliseconds. */
  async lost(nodes: Iterable<string>): Promise<{ node: string; silentMs: number }[]> {
    const { aliveMs, sign, parts } = this.#options;
    const now = performance.now();
    if (now - this.#hearingSince < aliveMs || now - this.#hearingAt > aliveMs / 2) return [];
    const own = sign().node;
    const lost: { node: string; silentMs: number }[] = [];
    for (const node of new Set([...nodes, ...this.#heard.keys()])) {
      const silentMs = now - Math.max(this.#heard.get(node)?.at ?? 0, this.#hearingSince);
      if (node === own || silentMs < aliveMs) continue;
      const key = await parts.nodes.get(nameOfNode(node));
      if (key?.operation === "PUT" && key.json<NodeSign>().node === node) continue;
      lost.push({ node, silentMs });
    }
    return lost;
  }

  /** It is known that a node is lost. */
  forget(node: string): void {
    this.#heard.delete(node);
  }

  /** This node has another life: the others learn it at once. */
  async renewNow(): Promise<void> {
    this.#say();
    await this.#renew();
  }

  /** Leaves, so that nobody has to wait for its silence. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#renewing);
    this.#subscription.unsubscribe();
    const { parts: { nodes, connection }, name } = this.#options;
    if (this.#revision === 0 || connection.isClosed()) return;
    await nodes.delete(name, { previousSeq: this.#revision }).catch(() => {});
  }

  #aliveAt(moment: number): NodeSign[] {
    const since = moment - this.#options.aliveMs;
    return Array.from(this.#heard.values()).filter(({ at }) => at > since).map(({ sign }) => sign)
      .sort((a, b) => a.node < b.node ? -1 : 1);
  }

  #text(): Uint8Array {
    return encoder.encode(JSON.stringify(this.#options.sign()));
  }

  #say(): void {
    const { connection, signSubject } = this.#options.parts;
    if (this.#closed || connection.isClosed()) return;
    this.#unheardSince ??= performance.now();
    connection.publish(signSubject, this.#text());
  }

  /** @throws on what is no sign of life */
  #hear(sign: NodeSign): void {
    if (typeof sign.node !== "string" || typeof sign.position !== "number") {
      throw new Error("no sign of life");
    }
    const at = performance.now();
    // A newcomer is to know of this one at once.
    if (!this.#heard.has(sign.node) && this.#revision > 0 && sign.node !== this.#options.sign().node) {
      this.#say();
    }
    this.#heard.set(sign.node, { at, sign });
    this.#options.onSign(sign);
    if (sign.node !== this.#options.sign().node) return;
    if (at - this.#hearingAt > this.#options.aliveMs / 2) this.#hearingSince = at;
    this.#hearingAt = at;
    this.#unheardSince = undefined;
  }

  async #renew(): Promise<void> {
    this.#say();
    if (this.#closed || this.#isRenewing) return;
    this.#isRenewing = true;
    this.#unansweredSince ??= performance.now();
    const { parts: { nodes }, name, aliveMs } = this.#options;
    try {
      this.#revision = await nodes.update(name, this.#text(), this.#revision, aliveMs / 2);
      this.#kept();
    } catch (error) {
      // What NATS does not confirm is tried again next time.
      if ((error as { code?: unknown }).code === CHANGED) await this.#takeAgain().catch(() => {});
    } finally {
      this.#isRenewing = false;
    }
  }

  /** The key has run out, or was renewed without a word of that; or somebody else has it. */
  async #takeAgain(): Promise<void> {
    const { parts: { nodes }, name, isOwn, onTaken } = this.#options;
    const found = await nodes.get(name);
    if (this.#closed) return;
    if (found?.operation === "PUT" && !isOwn(found.json<NodeSign>().node)) return onTaken();
    this.#revision = await nodes.put(name, this.#text());
    this.#kept();
  }

  #kept(): void {
    this.#renewedAt = performance.now();
    this.#unansweredSince = undefined;
  }
}
