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
    const told = rooms.map(({ room, notify }): readonly [string, NotificationLevel] => [
      targetKey({ room }),
      notify ?? "all",
    ]);
    this.#levels.value = new Map([...others, ...told]);
  }

  /** What this browser is to keep. */
  get kept(): KeptLevels {
    const mine = [...this.#levels.value].filter(([key]) => this.#guest || !isRoom(key));
    const keysOf = (wanted: NotificationLevel) =>
      mine.filter(([, level]) => level === wanted).map(([key]) => key);
    return { muted: keysOf("nothing"), mentionsOnly: keysOf("mentions") };
  }

  /** Takes over what this browser has kept, and gives the server what that keeps now. Resolves in any case. */
  async restore({ muted, mentionsOnly = [] }: KeptLevels, rooms: readonly string[]): Promise<void> {
    const kept = [
      ...muted.map((key) => [key, "nothing"] as const),
      ...mentionsOnly.map((key) => [key, "mentions"] as const),
    ];
    for (const [key, level] of kept) {
      const room = isRoom(key) ? rooms.find((each) => targetKey({ room: each }) === key) : undefined;
      if (room !== undefined) await this.set({ room }, level).catch(() => {});
      else if (this.#guest || !isRoom(key)) this.#keep(key, level);
    }
  }

  /** A room has another name. */
  renamed(was: string, room: string): void {
    const level = this.of({ room: was });
    if (nameKey(was) === nameKey(room)) return;
    this.#keep(targetKey({ room: was }), "all");
    this.#keep(targetKey({ room }), level);
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
