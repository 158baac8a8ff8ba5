/** Putting somebody out of a room, or not letting them speak in it, for a time; and whom that is about now. */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import type { TargetedEvent } from "preact";
import { Dialog } from "../dialog.tsx";
import { faultWords } from "../fault_words.ts";
import { formatMinutes } from "../files/format.ts";
import { Segmented } from "../segmented.tsx";
import { LOBBY } from "../state/chat.ts";
import { targetKey } from "../state/target_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import type { Kick } from "../../../server/core/shared/commands.ts";
import type { Rooms } from "../state/rooms.ts";
import { dayAndTimeOf, fullTimeOf, timeOf } from "./time.tsx";

/** Who is about to be put out of which room, or to be silent there. */
interface Measure {
  measure: "kick" | "mute";
  room: string;
  nickname: string;
}

/** What is about to be done; undefined: nothing. */
export const measureAsked = signal<Measure | undefined>(undefined);

/** Minutes. */
const TIMES = ["0", "10", "60", "1440", "10080"] as const;

/** The dialog, while it is open. */
export function KeepingOrder() {
  return measureAsked.value ? <MeasureDialog {...measureAsked.value} /> : null;
}

function MeasureDialog({ measure, room, nickname }: Measure) {
  const { rooms, guest } = useChat();
  const isKick = measure === "kick";
  const title = isKick ? words.kickOut(nickname) : words.muteSomebody(nickname);
  // A guest has the lobby lent only, and may put out nobody for longer.
  const isLent = guest && targetKey({ room }) === targetKey(LOBBY);
  const times = TIMES.filter((each) => (isKick || each !== "0") && (!isLent || Number(each) <= 60));
  const minutes = useSignal<typeof TIMES[number]>("10");
  const error = useSignal<(() => string) | undefined>(undefined);
  const close = () => measureAsked.value = undefined;
  useEffect(() => () => void close(), []);
  const submit = async (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    try {
      await rooms[measure](room, nickname, Number(minutes.value));
      close();
    } catch (thrown) {
      error.value = () => faultWords(thrown);
    }
  };
  return (
    <Dialog title={title} onClose={close}>
      <form class="form" onSubmit={(event) => void submit(event)} aria-label={title}>
        <p>{isKick ? words.kickNote(nickname, room) : words.muteNote(nickname, room)}</p>
        <Segmented
          label={isKick ? words.kickTime : words.muteTime}
          options={times.map((value) => ({
            value,
            label: value === "0" ? words.kickAtOnce : formatMinutes(Number(value)),
          }))}
          chosen={minutes.value}
          onChoose={(value) => minutes.value = value}
        />
        {error.value && <p class="form-error" role="alert">{error.value()}</p>}
        <button class="button button-danger" type="submit">{isKick ? words.kick : words.muteThem}</button>
      </form>
    </Dialog>
  );
}

interface MeasureListsProps {
  room: string;
  /** When it is another one, somebody came, went or was put out: the lists are fetched anew. */
  state: unknown;
}

export function MeasureLists({ room, state }: MeasureListsProps) {
  const chat = useChat();
  const inForce = useSignal<Awaited<ReturnType<Rooms["measures"]>>>({ kicks: [], mutes: [] });
  const look = async () => void (inForce.value = await chat.rooms.measures(room));
  const { kicks, mutes } = inForce.value;
  // A new guest who shares somebody's time is kept out without a word to the room: they only come online.
  const newcomers = kicks.length + mutes.length > 0 && chat.people.online.value;
  useEffect(() => void chat.load(look), [room, state, newcomers]);
  const lift = (measure: "kick" | "mute") => async (nickname: string) => {
    await chat.rooms.lift(measure, room, nickname);
    await look();
  };
  return (
    <>
      <MeasureList
        all={kicks}
        title={words.keptOut}
        deed={words.letIn}
        sayDeed={words.letInAgain}
        onLift={lift("kick")}
      />
      <MeasureList
        all={mutes}
        title={words.mutedOnes}
        deed={words.letSpeak}
        sayDeed={words.letSpeakAgain}
        onLift={lift("mute")}
      />
    </>
  );
}

/** The time of day when it ends, with the day unless that is soon. */
function endOf(until: number): string {
  return until - Date.now() < 12 * 3_600_000 ? timeOf(until) : dayAndTimeOf(until);
}

interface MeasureListProps {
  all: readonly Kick[];
  title: string;
  deed: string;
  sayDeed(nickname: string): string;
  onLift(nickname: string): Promise<void>;
}

function MeasureList({ all, title, deed, sayDeed, onLift }: MeasureListProps) {
  const chat = useChat();
  const id = useId();
  if (all.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h3 id={id} class="panel-count">{title}</h3>
      <ul>
        {all.map(({ nickname, until }) => (
          <li key={nickname} class="member">
            <span class="place">
              <span class="place-name" dir="auto">{nickname}</span>
              <span class="place-note" title={fullTimeOf(until)}>{words.keptOutUntil(endOf(until))}</span>
              <button
                type="button"
                class="text-button"
                aria-label={sayDeed(nickname)}
                onClick={() => void chat.attempt(() => onLift(nickname))}
              >
                {deed}
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
