/** What people show of themselves: asked for once somebody is drawn, several at a time, and kept as they change it. */
import { batch, type Signal, signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import { type ListedPerson, type Profile, profileAt } from "../../../server/core/shared/profile.ts";
import { LIMITS } from "../../../server/core/shared/limits.ts";
import { nameKey } from "./target_key.ts";

/** How long those are collected who are drawn one after the other. */
const COLLECT_MS = 30;
/** The longest time that a timer knows; a status that ends later is looked at again then. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** One object for all who show nothing: what is drawn of them is not drawn anew when that is told. */
const NOTHING: Profile = {};

/** Whoever was drawn, by nickname. */
export class Profiles {
  readonly #known = new Map<string, Signal<Profile>>();
  readonly #connection: Connection;
  #wanted: string[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** What somebody shows; nothing until it is known. */
  of(nickname: string): Profile {
    return this.#signalOf(nickname).value;
  }

  /** Takes in what somebody shows now. */
  take({ nickname, availability, status, avatar }: Pick<ListedPerson, "nickname"> & Profile): void {
    const known = profileAt({
      ...(availability && { availability }),
      ...(status && { status }),
      ...(avatar !== undefined && { avatar }),
    }, Date.now());
    const shown = Object.keys(known).length === 0 ? NOTHING : known;
    const found = this.#signalOf(nickname, false);
    found.value = shown;
    const { until } = shown.status ?? {};
    if (until === undefined) return;
    setTimeout(() => {
      if (found.peek() === shown) this.take({ nickname, ...shown });
    }, Math.min(TIMER_MAX_MS, Math.max(0, until - Date.now()) + 1));
  }

  /** Takes in that somebody has another nickname: they show what they showed. */
  renamed(nickname: string, now: string): void {
    const key = nameKey(nickname);
    const shown = this.#known.get(key)?.peek();
    if (!shown || key === nameKey(now)) return;
    this.#known.delete(key);
    this.take({ nickname: now, ...shown });
  }

  /** Asks anew for everybody who was drawn: what has changed meanwhile was told to nobody here. */
  refresh(): void {
    for (const nickname of this.#known.keys()) this.#want(nickname);
  }

  #signalOf(nickname: string, asks = true): Signal<Profile> {
    const key = nameKey(nickname);
    let found = this.#known.get(key);
    if (!found) {
      this.#known.set(key, found = signal(NOTHING));
      if (asks) this.#want(nickname);
    }
    return found;
  }

  #want(nickname: string): void {
    if (this.#wanted.push(nickname) === 1) setTimeout(() => void this.#ask(), COLLECT_MS);
  }

  async #ask(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = [];
    for (let at = 0; at < wanted.length; at += LIMITS.peopleListedMax) {
      const nicknames = wanted.slice(at, at + LIMITS.peopleListedMax);
      try {
        const { people } = await this.#connection.ask("people", { nicknames });
        batch(() => {
          for (const each of people) this.take(each);
        });
      } catch {
        // Drawn without: after coming back it is asked anew.
        return;
      }
    }
  }
}
