/** Entering a room: one of those there are, or a new one by its name. */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { TargetedEvent } from "preact";
import { Check } from "../check.tsx";
import { Icon } from "../icon.tsx";
import { RoomMarks } from "../rooms/room_marks.tsx";
import type { RoomSummary } from "../../../server/core/shared/commands.ts";
import { nameKey } from "../state/target_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { EphemeralMark } from "./badges.tsx";
import { useEntering } from "./use_entering.ts";

const LOOK_AFTER_MS = 200;

export function EnterRoom({ onClose }: { onClose: () => void }) {
  const { rooms, guest } = useChat();
  const name = useSignal("");
  const ephemeral = useSignal(false);
  const isPrivate = useSignal(false);
  const { error, busy, enter } = useEntering(onClose);
  const wanted = useComputed(() => nameKey(name.value.trim()));
  const found = useComputed(() =>
    rooms.others.value.filter(({ room }) => nameKey(room).includes(wanted.value))
  );
  const isNew = useComputed(() =>
    wanted.value !== "" && !rooms.listed.value.some(({ room }) => nameKey(room) === wanted.value)
  );
  useEffect(() => {
    rooms.refresh().catch(() => {});
    return onClose;
  }, []);
  useEffect(() => {
    if (wanted.value === "") return;
    // A word is typed in several strokes, and is looked for once.
    const later = setTimeout(() => rooms.find(wanted.value).catch(() => {}), LOOK_AFTER_MS);
    return () => clearTimeout(later);
  }, [wanted.value]);
  const submit = (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (wanted.value !== "") {
      const made = { ephemeral: ephemeral.value, private: isPrivate.value };
      void enter(name.value.trim(), isNew.value ? made : {});
    }
  };
  return (
    <>
      <form class="form" onSubmit={submit} aria-label={words.enterRoom}>
        <NameField value={name.value} onInput={(text) => name.value = text} trouble={error.value?.()} />
        {isNew.value && (
          <>
            {!guest && (
              <Check
                label={words.privateRoom}
                note={words.privateNote}
                checked={isPrivate.value}
                onChange={(checked) => isPrivate.value = checked}
              />
            )}
            <Check
              label={words.ephemeral}
              note={words.ephemeralNote}
              checked={ephemeral.value}
              onChange={(checked) => ephemeral.value = checked}
            />
          </>
        )}
        <button class="button" type="submit" aria-disabled={busy.value}>
          {isNew.value ? words.makeRoom : words.enter}
        </button>
      </form>
      <OtherRooms rooms={found.value} onEnter={(room) => void enter(room)} />
      {rooms.more.value && wanted.value === "" && (
        <button
          type="button"
          class="text-button"
          onClick={() => void rooms.listMore().catch(() => {})}
        >
          {words.moreRooms}
        </button>
      )}
    </>
  );
}

interface NameFieldProps {
  value: string;
  onInput: (text: string) => void;
  trouble: string | undefined;
}

function NameField({ value, onInput, trouble }: NameFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <div class="field">
      <label for="room-name">{words.roomName}</label>
      <input
        ref={input}
        id="room-name"
        dir="auto"
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        aria-invalid={trouble ? "true" : undefined}
        aria-describedby="room-name-hint"
      />
      <p
        id="room-name-hint"
        class={trouble ? "field-trouble" : "field-hint"}
        role={trouble ? "alert" : undefined}
      >
        {trouble ?? words.roomNameHint}
      </p>
    </div>
  );
}

interface OtherRoomsProps {
  rooms: readonly RoomSummary[];
  onEnter: (room: string) => void;
}

function OtherRooms({ rooms, onEnter }: OtherRoomsProps) {
  if (rooms.length === 0) return null;
  return (
    <section class="other-rooms" aria-labelledby="others-title">
      <h3 id="others-title">{words.otherRooms}</h3>
      <ul>
        {rooms.map(({ room, members, topic }) => (
          <li key={room}>
            <button type="button" class="place" onClick={() => onEnter(room)}>
              <Icon name="hash" />
              <span class="place-name" dir="auto">
                {room}
                {topic !== undefined && <small class="place-topic">{topic}</small>}
              </span>
              <RoomMarks room={room} />
              <EphemeralMark room={room} />
              <span class="place-note">{words.memberCount(members)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
