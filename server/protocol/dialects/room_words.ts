/** What happens to a room, in a sentence each, for the programs that have no sign of their own for it. */
import type { Event } from "../../core/shared/events.ts";

/** What is told of a room besides what is said in it. `who`: in whose name. */
interface RoomSentence {
  readonly who: string;
  /** What they have done, or what has happened. */
  readonly text: string;
}

/** Undefined: there is nothing to show. */
export function roomSentence(
  event: Event<"role" | "muted" | "pinned" | "room" | "invited">,
): RoomSentence | undefined {
  switch (event.event) {
    case "role":
      return { who: event.nickname, text: `is ${PLACES[event.role]} of ${event.room} now` };
    case "muted":
      return event.until === null
        ? { who: event.by, text: `lets ${event.nickname} speak again in ${event.room}` }
        : {
          who: event.by,
          text: `has muted ${event.nickname} in ${event.room} for ${minutesOf(event)} minutes`,
        };
    case "pinned":
      return {
        who: event.by,
        text: `has ${event.on ? "pinned" : "taken the pin from"} a message in ${event.room}`,
      };
    case "room":
      return { who: event.by, text: changeOf(event) };
    case "invited":
      return event.on ? { who: event.by, text: `invites you into ${event.room}` } : undefined;
  }
}

/** Why something was done, behind what tells that it was. */
export function because({ reason }: Event<"kicked" | "recalled">): string {
  return reason === undefined ? "" : ` (${reason})`;
}

const PLACES = { member: "an ordinary member", moderator: "a moderator", owner: "an owner" } as const;

function minutesOf({ at, until }: Event<"muted">): number {
  return Math.round(((until ?? at) - at) / 60_000);
}

function changeOf({ was, room, topic, archived, changed }: Event<"room">): string {
  if (was !== undefined) return `has renamed ${was} to ${room}`;
  if (changed.includes("archived")) return `has ${archived ? "archived" : "opened again"} ${room}`;
  if (!changed.includes("topic")) return `has changed how ${room} is set`;
  return topic === "" ? `has taken the topic of ${room} away` : `has set the topic of ${room}: ${topic}`;
}
