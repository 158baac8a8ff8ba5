/** Putting somebody out of a room, and for how long. */
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { TargetedEvent } from "preact";
import { Dialog } from "../dialog.tsx";
import { faultWords } from "../fault_words.ts";
import { minutesInWords } from "../files/amounts.ts";
import { Segmented } from "../segmented.tsx";
import { LOBBY } from "../state/chat.ts";
import { placeKey } from "../state/target_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";

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
  const times = guest && placeKey({ room }) === placeKey(LOBBY)
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
            label: value === "0" ? words.kickAtOnce : minutesInWords(Number(value)),
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
