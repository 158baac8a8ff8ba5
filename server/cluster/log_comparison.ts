/**
 * Whether all nodes have applied the same log: each says of itself, in one number, what it has applied up to a place, and
 * here it is compared with what this one had applied there.
 */
import { nameOfNode, type NodeSign } from "./nodes.ts";

/** What a {@link LogComparison} is given. */
interface LogComparisonOptions {
  /** The others who are alive, by name. */
  others(): ReadonlySet<string>;
  /** How far this node has applied the log. */
  position(): number;
  /** What it had applied up to a place, as one number; undefined: that is not known. */
  digestAt(seq: number): number | undefined;
  /** Told of another node that has applied something else, once. */
  onApart(name: string, position: number): void;
  /** This node is not as most are, but apart from these; once. */
  onMinority(names: readonly string[]): void;
}

/** What a node has applied up to a place, as it says itself. */
type Said = Pick<NodeSign, "position" | "digest">;

/** What one node knows of that. */
export class LogComparison {
  readonly #options: LogComparisonOptions;
  /** Nodes, by name, that have applied another log. */
  readonly #apart = new Set<string>();
  /** Node → the last place up to which it had applied the same. */
  readonly #same = new Map<string, number>();
  /** Node → what it said of a place that this one has not reached. */
  readonly #ahead = new Map<string, Said>();
  #isInMinority = false;

  constructor(options: LogComparisonOptions) {
    this.#options = options;
  }

  /**
   * The last place up to which most of those who are alive are known to have applied the same, this one among them; Infinity:
   * there are no others.
   */
  get agreed(): number {
    for (const [name, said] of this.#ahead) this.#compare(name, said);
    const places = Array.from(this.#options.others(), (name) => this.#same.get(name) ?? 0);
    // With so many others this one is among most.
    const needed = Math.floor((places.length + 1) / 2);
    return places.sort((a, b) => b - a)[needed - 1] ?? Infinity;
  }

  /** Takes what another node says of itself. */
  compare({ node, ...said }: NodeSign): void {
    const name = nameOfNode(node);
    const ahead = this.#ahead.get(name);
    if (ahead) this.#compare(name, ahead);
    this.#compare(name, said);
  }

  #compare(name: string, said: Said): void {
    const { position, digest } = said;
    if (position > this.#options.position()) {
      // The first one: of later ones a node that lags would never reach any.
      if (!this.#ahead.has(name)) this.#ahead.set(name, said);
      return;
    }
    if (this.#ahead.get(name) === said) this.#ahead.delete(name);
    const own = this.#options.digestAt(position);
    if (own === undefined || digest === undefined) return;
    if (own === digest) {
      this.#apart.delete(name);
      this.#same.set(name, position);
    } else this.#isApart(name, position);
  }

  #isApart(name: string, position: number): void {
    if (!this.#apart.has(name)) this.#options.onApart(name, position);
    this.#apart.add(name);
    if (this.#isInMinority) return;
    // Who is alive may be another question each time.
    const others = this.#options.others();
    const apart = others.intersection(this.#apart);
    // With whom most agree nobody can say of two.
    this.#isInMinority = apart.size > others.size - apart.size + 1;
    if (this.#isInMinority) this.#options.onMinority([...apart]);
  }
}
