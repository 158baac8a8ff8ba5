/** Who is kept out of a room for a time, for its owner, who may let them in again. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Kick } from "../../../server/core/shared/commands.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { fullTimeOf, timeOf } from "./time_of_day.ts";

/** What a {@link KickedList} is given. */
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
  const comers = kicked.value.length > 0 && chat.people.online.value;
  useEffect(() => void chat.attempt(look), [room, state, comers]);
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
