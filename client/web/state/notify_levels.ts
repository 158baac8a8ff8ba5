/**
 * Of what one is told in each conversation. Of a room the server keeps it for who has an account; this browser keeps it of
 * private ones, and for guests. What it kept of rooms before is given to the server once.
 */
import { signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import type { Answer } from "../../../server/core/shared/commands.ts";
import type { NotificationLevel } from "../../../server/core/shared/room_settings.ts";
import type { Target } from "../route.ts";
import type { Visit } from "./local_storage.ts";
import { nameKey, targetKey } from "./target_key.ts";

/** What this browser keeps. */
type KeptLevels = Pick<Visit, "muted" | "mentionsOnly">;

/** One person's levels. */
export class NotifyLevels {
  /** The keys of targets; of those that are not here one is told everything. */
  readonly #levels = signal<ReadonlyMap<string, NotificationLevel>>(new Map());
  /** What the server is to keep from now on, and was not told yet. */
  readonly #handedOver = new Map<string, NotificationLevel>();
  readonly #connection: Connection;
  readonly #guest: boolean;

  constructor(connection: Connection, guest: boolean) {
    this.#connection = connection;
    this.#guest = guest;
  }

  of(target: Target): NotificationLevel {
    return this.#levels.value.get(targetKey(target)) ?? "all";
  }

  /** @throws RequestError */
  async set(target: Target, level: NotificationLevel): Promise<void> {
    if ("room" in target && !this.#guest) await this.#connection.ask("notify", { room: target.room, level });
    this.#keep(targetKey(target), level);
  }

  /** Takes over what the server keeps of one's rooms. */
  take(rooms: Answer<"conversations">["rooms"]): void {
    if (this.#guest) return;
    const others = [...this.#levels.peek()].filter(([key]) => !isRoom(key));
    const told = rooms.map(({ room, notify }) => [targetKey({ room }), notify ?? "all"] as const);
    const own = [...this.#handedOver].filter(([key]) => told.some(([each]) => each === key));
    const levels = new Map([...others, ...told, ...own].filter(([, level]) => level !== "all"));
    const was = this.#levels.peek();
    const isSame = was.size === levels.size && [...levels].every(([key, level]) => was.get(key) === level);
    // Every line of the lists looks at them.
    if (!isSame) this.#levels.value = levels;
  }

  /** What this browser is to keep. */
  get kept(): KeptLevels {
    const mine = [...this.#levels.value].filter(([key]) =>
      this.#guest || !isRoom(key) || this.#handedOver.has(key)
    );
    const keysOf = (wanted: NotificationLevel) =>
      mine.filter(([, level]) => level === wanted).map(([key]) => key);
    return { muted: keysOf("nothing"), mentionsOnly: keysOf("mentions") };
  }

  /** Takes over what this browser has kept. */
  restore({ muted, mentionsOnly = [] }: KeptLevels): void {
    const kept = [
      ...muted.map((key) => [key, "nothing"] as const),
      ...mentionsOnly.map((key) => [key, "mentions"] as const),
    ];
    for (const [key, level] of kept) {
      if (!this.#guest && isRoom(key)) this.#handedOver.set(key, level);
      this.#keep(key, level);
    }
  }

  /** Gives the server what that keeps now. `rooms`: those one is in. Resolves in any case. */
  async handOver(rooms: readonly string[]): Promise<void> {
    for (const [key, level] of this.#handedOver) {
      const room = rooms.find((each) => targetKey({ room: each }) === key);
      try {
        if (room !== undefined) await this.set({ room }, level);
        this.#handedOver.delete(key);
      } catch {
        // It stays in this browser until the next visit.
      }
    }
  }

  /** A room has another name. */
  renamed(was: string, room: string): void {
    const level = this.of({ room: was });
    if (nameKey(was) === nameKey(room)) return;
    this.forget(was);
    this.#keep(targetKey({ room }), level);
  }

  /** One has no more to do with a room: another one may be called so. */
  forget(room: string): void {
    this.#keep(targetKey({ room }), "all");
  }

  #keep(key: string, level: NotificationLevel): void {
    const levels = new Map(this.#levels.peek());
    if (level === "all") levels.delete(key);
    else levels.set(key, level);
    this.#levels.value = levels;
  }
}

function isRoom(key: string): boolean {
  return key.startsWith("room:");
}
