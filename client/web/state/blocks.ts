/** Whom one does not want to hear from: nothing of theirs comes in private, and in rooms it is folded. */
import { computed, signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import type { Blocked } from "../../../server/core/shared/commands.ts";
import { nameKey } from "./target_key.ts";

/** Everybody whom one blocks, as the server keeps it. */
export class Blocks {
  /** The last first. */
  readonly all = signal<readonly Blocked[]>([]);
  readonly #keys = computed(() => new Set(this.all.value.map(({ nickname }) => nameKey(nickname))));
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  has(nickname: string): boolean {
    return this.#keys.value.has(nameKey(nickname));
  }

  /** Asks anew. @throws RequestError */
  async refresh(): Promise<void> {
    this.all.value = (await this.#connection.ask("blocks", {})).blocks;
  }

  /** Blocks somebody, or no longer. @throws RequestError */
  async set(whom: { nickname: string } | { person: string }, on: boolean): Promise<void> {
    await this.#connection.ask("block", { ...whom, on });
    await this.refresh();
  }

  /** Takes in what one did in another place. */
  take({ nickname, person, on }: Omit<Blocked, "at"> & { on: boolean }): void {
    const others = this.all.value.filter((each) => each.person !== person);
    this.all.value = on ? [{ nickname, person, at: Date.now() }, ...others] : others;
  }

  /** Takes in that somebody has another nickname. */
  renamed(now: string, person: string): void {
    this.all.value = this.all.value.map((each) => each.person === person ? { ...each, nickname: now } : each);
  }
}
