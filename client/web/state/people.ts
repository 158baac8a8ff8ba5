/** Who is online. */
import { batch, computed, signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import { byName } from "../language.ts";
import { nameKey } from "./target_key.ts";

/** Everybody online, by nickname, and who of those that were seen is a guest. */
export class People {
  readonly #guests = signal<ReadonlySet<string>>(new Set());
  readonly #online = signal<ReadonlyMap<string, string>>(new Map());
  /** Whether the server has said who is here. */
  readonly known = signal(false);
  readonly #connection: Connection;
  /** Nicknames in alphabetical order. */
  readonly online = computed(() => [...this.#online.value.values()].sort(byName.value));

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  isOnline(nickname: string): boolean {
    return this.#online.value.has(nameKey(nickname));
  }

  /** Asks anew. @throws RequestError */
  async refresh(): Promise<void> {
    const { online, guests } = await this.#connection.ask("who", {});
    batch(() => {
      this.#guests.value = new Set(guests.map(nameKey));
      this.#online.value = new Map(online.map((nickname) => [nameKey(nickname), nickname]));
      this.known.value = true;
    });
  }

  /** Whether the nickname is a guest's, or was the last time. */
  isGuest(nickname: string): boolean {
    return this.#guests.value.has(nameKey(nickname));
  }

  /** Whose the nickname is was told. */
  noteGuest(nickname: string, guest: boolean): void {
    const key = nameKey(nickname);
    if (this.#guests.peek().has(key) === guest) return;
    const guests = new Set(this.#guests.peek());
    if (guest) guests.add(key);
    else guests.delete(key);
    this.#guests.value = guests;
  }

  cameOnline(nickname: string, guest: boolean): void {
    this.noteGuest(nickname, guest);
    this.#online.value = new Map(this.#online.value).set(nameKey(nickname), nickname);
  }

  /** Takes in that somebody has another nickname. */
  renamed(nickname: string, now: string): void {
    batch(() => {
      const guest = this.isGuest(nickname);
      this.noteGuest(nickname, false);
      this.noteGuest(now, guest);
      const online = new Map(this.#online.value);
      if (online.delete(nameKey(nickname))) this.#online.value = online.set(nameKey(now), now);
    });
  }

  wentOffline(nickname: string): void {
    const rest = new Map(this.#online.value);
    if (rest.delete(nameKey(nickname))) this.#online.value = rest;
  }
}
