/** The rooms that one is invited to. */
import { signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import type { Answer } from "../../../server/core/shared/commands.ts";
import type { Events } from "../../../server/core/shared/events.ts";
import { nameKey } from "./target_key.ts";

/** Invitations that wait for one's answer. */
export class Invites {
  /** The newest first. */
  readonly all = signal<Answer<"invites">["invites"]>([]);
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Asks anew. @throws RequestError */
  async refresh(): Promise<void> {
    this.all.value = (await this.#connection.ask("invites", {})).invites;
  }

  /** Takes in that one may come into a room, or has answered elsewhere. */
  take({ on, ...invite }: Events["invited"]): void {
    this.forget(invite.room);
    if (on) this.all.value = [invite, ...this.all.value];
  }

  /** Does not come. @throws RequestError */
  async decline(room: string): Promise<void> {
    await this.#connection.ask("invite.decline", { room });
    this.forget(room);
  }

  /** It is answered. */
  forget(room: string): void {
    this.all.value = this.all.value.filter((each) => nameKey(each.room) !== nameKey(room));
  }
}
