/** Putting somebody out of a room for a time, and whom its owner keeps out. */
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
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
import { fullTimeOf, timeOf } from "./time.tsx";

/** Who is about to be put out of which room. */
export const kicking = signal<{ room: string; nickname: string } | undefined>(undefined);

/** Minutes. */
const TIMES = ["0", "10", "60", "1440", "10080"] as const;

export function Kick() {
  return kicking.value ? <KickDialog {...kicking.value} /> : null;
}

function KickDialog({ room, nickname }: { room: string; nickname: string }) {
  const { rooms, guest } = useChat();
  // A guest has the lobby lent only, and may put out nobody for longer.
  const times = guest && targetKey({ room }) === targetKey(LOBBY)
    ? TIMES.filter((each) => Number(each) <= 60)
    : TIMES;
  const minutes = useSignal<typeof TIMES[number]>("10");
  const error = useSignal<(() => string) | undefined>(undefined);
  const close = () => kicking.value = undefined;
  useEffect(() => () => void close(), []);
  const submit = async (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    try {
      await rooms.kick(room, nickname, Number(minutes.value));
      close();
    } catch (thrown) {
      error.value = () => faultWords(thrown);
    }
  };
  return (
    <Dialog title={words.kickOut(nickname)} onClose={close}>
      <form class="form" onSubmit={(event) => void submit(event)} aria-label={words.kickOut(nickname)}>
        <p>{words.kickNote(nickname, room)}</p>
        <Segmented
          label={words.kickTime}
          options={times.map((value) => ({
            value,
            label: value === "0" ? words.kickAtOnce : formatMinutes(Number(value)),
          }))}
          chosen={minutes.value}
          onChoose={(value) => minutes.value = value}
        />
        {error.value && <p class="form-error" role="alert">{error.value()}</p>}
        <button class="button button-danger" type="submit">{words.kick}</button>
      </form>
    </Dialog>
  );
}

interface KickedListProps {
  room: string;
  /** When it is another one, somebody came, went or was put out: the list is fetched anew. */
  state: unknown;
}

export function KickedList({ room, state }: KickedListProps) {
  const chat = useChat();
  const kicked = useSignal<readonly Kick[]>([]);
  const look = async () => void (kicked.value = await chat.rooms.kicks(room));
  // A new guest who shares somebody's time is kept out without a word to the room: they only come online.
  const newcomers = kicked.value.length > 0 && chat.people.online.value;
  useEffect(() => void chat.attempt(look), [room, state, newcomers]);
  if (kicked.value.length === 0) return null;
  const letIn = async (nickname: string) => {
    await chat.rooms.liftKick(room, nickname);
    await look();
  };
  return (
    <section aria-labelledby="kicked-title">
      <h3 id="kicked-title" class="panel-count">{words.keptOut}</h3>
      <ul>
        {kicked.value.map(({ nickname, until }) => (
          <li key={nickname} class="member">
            <span class="place">
              <span class="place-name" dir="auto">{nickname}</span>
              <span class="place-note" title={fullTimeOf(until)}>{words.keptOutUntil(timeOf(until))}</span>
              <button
                type="button"
                class="text-button"
                aria-label={words.letInAgain(nickname)}
                onClick={() => void chat.attempt(() => letIn(nickname))}
              >
                {words.letIn}
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
