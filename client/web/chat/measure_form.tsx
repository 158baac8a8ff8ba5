/** Putting somebody out of a room, or not letting them speak in it, for a time. */
import { type Signal, useSignal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { useId } from "preact/hooks";
import { LIMITS } from "../../../server/core/shared/limits.ts";
import { faultWords } from "../fault_words.ts";
import { formatMinutes } from "../files/format.ts";
import type { Measure } from "../open_dialogs.ts";
import { Segmented } from "../segmented.tsx";
import { LOBBY } from "../state/chat.ts";
import { targetKey } from "../state/target_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";

/** Minutes. */
const TIMES = ["0", "10", "60", "1440", "10080"] as const;

export function MeasureForm({ measure, room, nickname, onClose: close }: Measure & { onClose: () => void }) {
  const { rooms, guest } = useChat();
  const isKick = measure === "kick";
  const isNamed = nickname !== undefined;
  // A guest has the lobby lent only, and may put out nobody for longer.
  const isLent = guest && targetKey({ room }) === targetKey(LOBBY);
  const times = TIMES.filter((each) =>
    ((isKick && isNamed) || each !== "0") && (!isLent || Number(each) <= 60)
  );
  const minutes = useSignal<typeof TIMES[number]>("10");
  const reason = useSignal("");
  const whom = useSignal(nickname ?? "");
  const id = useId();
  const error = useSignal<(() => string) | undefined>(undefined);
  const submit = async (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    try {
      const time = Number(minutes.value);
      const name = whom.value.trim();
      await (isKick ? rooms.kick(room, name, time, reason.value) : rooms.mute(room, name, time));
      close();
    } catch (thrown) {
      error.value = () => faultWords(thrown);
    }
  };
  const deed = !isNamed ? words.keepOut : isKick ? words.kick : words.muteThem;
  return (
    <form
      class="form"
      onSubmit={(event) => void submit(event)}
      aria-label={deed}
    >
      <p>
        {!isNamed
          ? words.keepOutNote
          : isKick
          ? words.kickNote(nickname, room)
          : words.muteNote(nickname, room)}
      </p>
      {!isNamed && <WhomField whom={whom} />}
      <Segmented
        label={isKick && isNamed ? words.kickTime : words.muteTime}
        options={times.map((value) => ({
          value,
          label: value === "0" ? words.kickAtOnce : formatMinutes(Number(value)),
        }))}
        chosen={minutes.value}
        onChoose={(value) => minutes.value = value}
      />
      {isKick && (
        <div class="field">
          <label for={id}>{words.kickReason}</label>
          <input
            id={id}
            dir="auto"
            maxLength={LIMITS.reasonCharsMax}
            value={reason.value}
            onInput={(event) => reason.value = event.currentTarget.value}
          />
        </div>
      )}
      {error.value && <p class="form-error" role="alert">{error.value()}</p>}
      <button class="button button-danger" type="submit">{deed}</button>
    </form>
  );
}

/** Whose nickname it is about. */
function WhomField({ whom }: { whom: Signal<string> }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{words.nickname}</label>
      <input
        id={id}
        dir="auto"
        autofocus
        required
        autocomplete="off"
        spellcheck={false}
        value={whom.value}
        onInput={(event) => whom.value = event.currentTarget.value}
      />
    </div>
  );
}
