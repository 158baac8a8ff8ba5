/** What is pinned in the rooms that were looked at. */
import { signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import type { Answer } from "../../../server/core/shared/commands.ts";
import type { Events } from "../../../server/core/shared/events.ts";
import { withEdit } from "./message_list.ts";
import { nameKey } from "./target_key.ts";

/** A message that somebody has pinned. */
export type Pin = Answer<"pins">["pins"][number];

const NONE: readonly Pin[] = [];

/** The pins of each room. */
export class Pins {
  readonly #rooms = signal<ReadonlyMap<string, readonly Pin[]>>(new Map());
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The newest pin first; none, as long as nobody has asked. */
  of(room: string): readonly Pin[] {
    return this.#rooms.value.get(nameKey(room)) ?? NONE;
  }

  has(room: string, id: string): boolean {
    return this.of(room).some(({ message }) => message.id === id);
  }

  /** Asks what is pinned in a room. @throws RequestError */
  async load(room: string): Promise<void> {
    const { pins } = await this.#connection.ask("pins", { room });
    this.#rooms.value = new Map(this.#rooms.peek()).set(nameKey(room), pins);
  }

  /** Asks anew of every room that was looked at. Resolves in any case. */
  async refresh(isMine: (room: string) => boolean): Promise<void> {
    const rooms = [...this.#rooms.peek().keys()].filter(isMine);
    await Promise.allSettled(rooms.map((room) => this.load(room)));
  }

  /** Pins a message, or takes the pin away. @throws RequestError */
  async pin(room: string, message: string, on: boolean): Promise<void> {
    await this.#connection.ask("pin", { message, on });
    this.changed(room, message, on);
  }

  /** Takes in that a message is pinned, or is not any more. */
  changed(room: string, id: string, on: boolean): void {
    if (!on) this.remove(id);
    else if (this.#rooms.peek().has(nameKey(room))) this.load(room).catch(() => {});
  }

  /** Takes in that a room has another name. */
  renamed(was: string, room: string): void {
    const pins = this.#rooms.peek().get(nameKey(was));
    if (!pins) return;
    this.forget(was);
    const named = pins.map((pin) => ({ ...pin, message: { ...pin.message, room } }));
    this.#rooms.value = new Map(this.#rooms.peek()).set(nameKey(room), named);
  }

  /** One has no more to do with a room: another one may be called so. */
  forget(room: string): void {
    const rest = new Map(this.#rooms.peek());
    if (rest.delete(nameKey(room))) this.#rooms.value = rest;
  }

  /** Takes in that a message has other words. */
  edited({ id, text, at }: Events["edited"]): void {
    this.#change((pins) =>
      pins.map((pin) => ({ ...pin, message: withEdit([pin.message], id, text, at)[0] ?? pin.message }))
    );
  }

  /** Takes in that a message has no pin any more, or is gone. */
  remove(id: string): void {
    this.#change((pins) => pins.filter(({ message }) => message.id !== id));
  }

  #change(change: (pins: readonly Pin[]) => readonly Pin[]): void {
    const changed = Array.from(this.#rooms.peek(), ([room, pins]) => [room, change(pins)] as const);
    if (changed.length > 0) this.#rooms.value = new Map(changed);
  }
}
