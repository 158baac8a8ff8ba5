/** Who is online. */
import { batch, computed, signal } from "@preact/signals";
import type { Connection } from "../../connection.ts";
import { locale } from "../language.ts";
import { nameKey } from "./place_key.ts";

const byName = computed(() => new Intl.Collator(locale.value));

/** Everybody online, by nickname. */
export class People {
  readonly #online = signal<ReadonlyMap<string, string>>(new Map());
  /** Whether the server has said who is here. */
  readonly known = signal(false);
  readonly #connection: Connection;
  /** Nicknames in alphabetical order. */
  readonly online = computed(() =>
    [...this.#online.value.values()].sort((a, b) => byName.value.compare(a, b))
  );

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  isOnline(nickname: string): boolean {
    return this.#online.value.has(nameKey(nickname));
  }

  /** Asks anew. @throws RequestError */
  async refresh(): Promise<void> {
    const { online } = await this.#connection.ask("who", {});
    batch(() => {
      this.#online.value = new Map(online.map((nickname) => [nameKey(nickname), nickname]));
      this.known.value = true;
    });
  }

  came(nickname: string): void {
    this.#online.value = new Map(this.#online.value).set(nameKey(nickname), nickname);
  }

  went(nickname: string): void {
    const rest = new Map(this.#online.value);
    if (rest.delete(nameKey(nickname))) this.#online.value = rest;
  }
}
