/**
 * How a room is set: everybody in it may read it, its moderators change the topic, its owners everything and its end.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, TargetedEvent } from "preact";
import { useId } from "preact/hooks";
import type { RoomState } from "../../../server/core/shared/commands.ts";
import { LIMITS } from "../../../server/core/shared/limits.ts";
import { isAtLeast, NEW_ROOM, type RoomSettings } from "../../../server/core/shared/room_settings.ts";
import { useChat } from "../chat/chat_context.ts";
import { Check } from "../check.tsx";
import { faultWords } from "../fault_words.ts";
import { Segmented } from "../segmented.tsx";
import { LOBBY } from "../state/chat.ts";
import { nameKey, targetKey } from "../state/target_key.ts";
import { words } from "../words.ts";

export function AboutRoom({ state, onClose: close }: { state: RoomState; onClose: () => void }) {
  const role = state.role ?? "member";
  const mayChange = isAtLeast(role, "moderator");
  return (
    <>
      {mayChange && <RoomForm state={state} owns={role === "owner"} onDone={close} />}
      {role !== "owner" && <RoomFacts state={state} topic={!mayChange} />}
      {role === "owner" && !isLobby(state) && <DeleteRoom room={state.room} onDone={close} />}
    </>
  );
}

function isLobby({ room }: RoomState): boolean {
  return targetKey({ room }) === targetKey(LOBBY);
}

/** What is to be read of it. */
function RoomFacts({ state, topic: withTopic }: { state: RoomState; topic: boolean }) {
  const { topic, description, private: isPrivate, writing, history, archived, keep_days: own } = {
    ...NEW_ROOM,
    ...state,
  };
  // By the room's setting and the server's, whichever is less.
  const days = Math.min(...[own, state.kept_days ?? 0].filter((each) => each > 0));
  return (
    <dl class="room-facts">
      <Fact name={words.roomName}>{state.room}</Fact>
      {withTopic && topic !== "" && <Fact name={words.topic}>{topic}</Fact>}
      {description !== "" && <Fact name={words.description}>{description}</Fact>}
      {isPrivate && <Fact name={words.privateRoom}>{words.privateNote}</Fact>}
      {archived
        ? <Fact name={words.archivedRoom}>{words.archivedNote}</Fact>
        : <Fact name={words.whoWrites}>{writersInWords(writing)}</Fact>}
      <Fact name={words.newcomersRead}>{historyInWords(history)}</Fact>
      {Number.isFinite(days) && <Fact name={words.keptFor}>{words.keptDays(days)}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

function writersInWords(writing: RoomSettings["writing"]): string {
  return writing === "everybody" ? words.everybodyWrites : words.moderatorsWrite;
}

function historyInWords(history: RoomSettings["history"]): string {
  return history === "all" ? words.readsAll : words.readsFromJoining;
}

type Wanted = RoomSettings & { name: string };

interface RoomFormProps {
  state: RoomState;
  /** Whether it is for one to change everything. */
  owns: boolean;
  onDone: () => void;
}

function RoomForm({ state, owns, onDone }: RoomFormProps) {
  const chat = useChat();
  const now: Wanted = { ...NEW_ROOM, ...state, name: state.room };
  // Only what one changes is set; the rest is as it is by now, whoever sets it meanwhile.
  const changed = useSignal<Partial<Wanted>>({});
  const wanted: Wanted = { ...now, ...changed.value };
  const error = useSignal<(() => string) | undefined>(undefined);
  const busy = useSignal(false);
  const asks = useSignal(false);
  const set = (change: Partial<Wanted>) => {
    changed.value = { ...changed.value, ...change };
    asks.value = false;
    error.value = undefined;
  };
  const submit = async (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy.value) return;
    error.value = tooLongIn(wanted);
    if (error.value) return;
    // Nobody opens to everybody by a slip what was said among a few.
    if (opens(now, wanted) && !asks.value) return void (asks.value = true);
    busy.value = true;
    try {
      await chat.changeRoom(state.room, changesOf(now, wanted));
      onDone();
    } catch (thrown) {
      error.value = () => faultWords(thrown);
    }
    busy.value = false;
  };
  return (
    <form class="form" onSubmit={(event) => void submit(event)} aria-label={words.roomSettings}>
      {owns && !isLobby(state) && (
        <TextField
          label={words.roomName}
          value={wanted.name}
          onInput={(name) => set({ name })}
        />
      )}
      <TextField
        label={words.topic}
        hint={words.topicHint}
        value={wanted.topic}
        onInput={(topic) => set({ topic })}
      />
      {owns && <OwnersFields wanted={wanted} isLobby={isLobby(state)} onChange={set} />}
      {asks.value && <p class="form-error" role="alert">{words.openSure(wanted.history === "all")}</p>}
      {error.value && <p class="form-error" role="alert">{error.value()}</p>}
      <button
        class={asks.value ? "button button-danger" : "button"}
        type="submit"
        aria-disabled={busy.value}
      >
        {asks.value ? words.openRoom : words.save}
      </button>
    </form>
  );
}

/** What is longer than it may be; undefined: nothing. */
function tooLongIn({ topic, description }: Wanted): (() => string) | undefined {
  const isLong = (text: string, max: number) => [...text].length > max;
  const { topicCharsMax, descriptionCharsMax } = LIMITS;
  if (isLong(topic, topicCharsMax)) {
    return () => words.faultWithReason(words.topic, words.charsAtMost(topicCharsMax));
  }
  if (!isLong(description, descriptionCharsMax)) return undefined;
  return () => words.faultWithReason(words.description, words.charsAtMost(descriptionCharsMax));
}

/** Whether everybody gets into what was private. */
function opens(before: Wanted, wanted: Wanted): boolean {
  return before.private && !wanted.private;
}

/** What is other than it was. */
function changesOf(before: Wanted, wanted: Wanted): Partial<Wanted> {
  const keys: (keyof Wanted)[] = ["name", ...(Object.keys(NEW_ROOM) as (keyof RoomSettings)[])];
  return Object.fromEntries(
    keys.filter((key) => wanted[key] !== before[key]).map((key) => [key, wanted[key]]),
  );
}

interface OwnersFieldsProps {
  wanted: Wanted;
  isLobby: boolean;
  onChange: (change: Partial<Wanted>) => void;
}

function OwnersFields({ wanted, isLobby, onChange }: OwnersFieldsProps) {
  return (
    <>
      <TextField
        label={words.description}
        long
        value={wanted.description}
        onInput={(description) => onChange({ description })}
      />
      <Segmented
        label={words.whoWrites}
        options={[
          { value: "everybody", label: words.everybodyWrites },
          { value: "moderators", label: words.moderatorsWrite },
        ]}
        chosen={wanted.writing}
        onChoose={(writing) => onChange({ writing })}
      />
      <Segmented
        label={words.newcomersRead}
        options={[
          { value: "all", label: words.readsAll },
          { value: "joined", label: words.readsFromJoining },
        ]}
        chosen={wanted.history}
        onChoose={(history) => onChange({ history })}
      />
      <KeepDays value={wanted.keep_days} onChange={(days) => onChange({ keep_days: days })} />
      {!isLobby && (
        <>
          <Check
            label={words.privateRoom}
            note={wanted.private ? words.privateNote : words.openNote}
            checked={wanted.private}
            onChange={(isPrivate) => onChange({ private: isPrivate })}
          />
          <Check
            label={words.archive}
            note={words.archivedNote}
            checked={wanted.archived}
            onChange={(archived) => onChange({ archived })}
          />
        </>
      )}
    </>
  );
}

function KeepDays({ value, onChange }: { value: number; onChange: (days: number) => void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{words.keepDays}</label>
      <input
        id={id}
        type="number"
        required
        min={0}
        max={LIMITS.keepDaysMax}
        // Empty, it is no number.
        value={Number.isNaN(value) ? "" : value}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
        aria-describedby={`${id}-hint`}
      />
      <p class="field-hint" id={`${id}-hint`}>{words.keepDaysHint}</p>
    </div>
  );
}

interface TextFieldProps {
  label: string;
  hint?: string;
  /** Of several lines. */
  long?: boolean;
  value: string;
  onInput: (text: string) => void;
}

function TextField({ label, hint, long, value, onInput }: TextFieldProps) {
  const id = useId();
  const given = {
    id,
    dir: "auto",
    value,
    "aria-describedby": hint === undefined ? undefined : `${id}-hint`,
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {long
        ? <textarea {...given} rows={3} onInput={(event) => onInput(event.currentTarget.value)} />
        : <input {...given} autocomplete="off" onInput={(event) => onInput(event.currentTarget.value)} />}
      {hint !== undefined && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}

/** Whoever deletes it types its name, so that nobody does so by a slip. */
function DeleteRoom({ room, onDone }: { room: string; onDone: () => void }) {
  const chat = useChat();
  const typed = useSignal("");
  const error = useSignal<(() => string) | undefined>(undefined);
  const submit = async (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (nameKey(typed.value.trim()) !== nameKey(room)) return;
    try {
      await chat.rooms.delete(room);
      onDone();
      chat.goOutOf(room);
    } catch (thrown) {
      error.value = () => faultWords(thrown);
    }
  };
  return (
    <details class="room-end">
      <summary>{words.deleteRoom}</summary>
      <form class="form" onSubmit={(event) => void submit(event)} aria-label={words.deleteRoom}>
        <p>{words.deleteRoomNote(room)}</p>
        <TextField
          label={words.typeToDelete(room)}
          value={typed.value}
          onInput={(text) => typed.value = text}
        />
        {error.value && <p class="form-error" role="alert">{error.value()}</p>}
        <button
          class="button button-danger"
          type="submit"
          disabled={nameKey(typed.value.trim()) !== nameKey(room)}
        >
          {words.deleteRoom}
        </button>
      </form>
    </details>
  );
}
