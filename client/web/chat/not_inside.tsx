/** A room that one is not in, as a link or a kick leaves one before it: what it is, and the way in. */
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { RoomIcon } from "../rooms/room_marks.tsx";
import { nameKey } from "../state/target_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { useEntering } from "./use_entering.ts";

interface NotInsideProps {
  room: string;
  /** The message that a link leads to: then no room is made for want of one. */
  message: string | undefined;
}

export function NotInside({ room, message }: NotInsideProps) {
  const { rooms, keptOut } = useChat();
  const asked = useSignal(false);
  const { error, busy, enter } = useEntering(() => {}, true, message);
  useEffect(() => {
    // The list has its first page only.
    rooms.refresh().then(() => rooms.find(room)).catch(() => {}).then(() => asked.value = true);
  }, [room]);
  const known = rooms.listedAs(room);
  const note = known
    ? words.memberCount(known.members)
    : !asked.value
    ? ""
    : message === undefined
    ? words.newRoom
    : words.nothingToSee;
  const out = keptOut.value;
  const why = error.value ?? (out && nameKey(out.room) === nameKey(room) ? out.why : undefined);
  return (
    <div class="not-inside">
      <span class="head-room">
        <RoomIcon room={room} />
      </span>
      <p class="not-inside-name">{known?.room ?? room}</p>
      <p>{note}</p>
      {known?.ephemeral && <p>{words.ephemeralNote}</p>}
      {(known || (asked.value && message === undefined)) && (
        <button
          type="button"
          class="button"
          aria-disabled={busy.value}
          onClick={() => void enter(room)}
        >
          {known ? words.enter : words.makeRoom}
        </button>
      )}
      {why && <p class="form-error" role="alert">{why()}</p>}
    </div>
  );
}
