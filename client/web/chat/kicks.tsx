/** Who was put out of a room, or may not speak in it, for a time. */
import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import { Icon } from "../icon.tsx";
import { measureAsked } from "../open_dialogs.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import type { Kick } from "../../../server/core/shared/commands.ts";
import type { Rooms } from "../state/rooms.ts";
import { dayAndTimeOf, fullTimeOf, timeOf } from "./time.tsx";

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
  // Nor are they told of somebody who is kept out and was not inside.
  useEffect(() => void chat.load(look), [room, state, newcomers, measureAsked.value]);
  const lift = (measure: "kick" | "mute") => async (nickname: string) => {
    await chat.rooms.lift(measure, room, nickname);
    await look();
  };
  return (
    <>
      <button
        type="button"
        class="text-button panel-deed"
        onClick={() => measureAsked.value = { measure: "kick", room }}
      >
        <Icon name="kick" />
        {words.keepOutSomebody}
      </button>
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
