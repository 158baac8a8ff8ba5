/** The stored events of a room as people are told them. */
import type { StoredEvent } from "../shared/events.ts";
import { NEW_ROOM } from "../shared/room_settings.ts";
import type { StoredRoomEvent } from "../store/store.ts";

const KINDS: ReadonlySet<string> = new Set<StoredRoomEvent["kind"]>(
  ["kicked", "owner", "role", "muted", "pinned", "room"],
);

/** Whether an event is one of a room. */
export function isOfRoom(kind: string): kind is StoredRoomEvent["kind"] {
  return KINDS.has(kind);
}

/** The event. `room`: the room's name. */
export function roomEventOf(
  { seq, at, room, kind, nickname, by, minutes, detail = {} }: StoredRoomEvent,
): StoredEvent {
  const about = { seq, at, room: detail.room ?? room, nickname: nickname ?? "" };
  switch (kind) {
    case "owner":
      return { event: kind, ...about };
    case "kicked":
      return {
        event: kind,
        ...about,
        by: by ?? "",
        ...(minutes !== null && { minutes }),
        ...(detail.reason !== undefined && { reason: detail.reason }),
      };
    case "role":
      return { event: kind, ...about, role: detail.role ?? "member", by };
    case "muted":
      return { event: kind, ...about, by: by ?? "", until: detail.until ?? null };
    case "pinned":
      return { event: kind, seq, at, room, id: detail.id ?? "", on: detail.on ?? false, by: by ?? "" };
    case "room":
      return {
        event: kind,
        ...{ seq, at, room, by: by ?? "", changed: [...detail.changed ?? []] },
        ...(detail.was !== undefined && { was: detail.was }),
        ...(detail.settings ?? NEW_ROOM),
      };
  }
}
