/** Of what one wants to be told in a room. */
import { useSignal } from "@preact/signals";
import { NOTIFICATION_LEVELS } from "../../../server/core/shared/room_settings.ts";
import { useChat } from "../chat/chat_context.ts";
import { faultWords } from "../fault_words.ts";
import { Segmented } from "../segmented.tsx";
import { words } from "../words.ts";

export function NotifyLevel({ room }: { room: string }) {
  const { levels } = useChat();
  const error = useSignal<(() => string) | undefined>(undefined);
  const chosen = levels.of({ room });
  return (
    <div class="form">
      <Segmented
        label={words.toldOf}
        options={NOTIFICATION_LEVELS.map((value) => ({ value, label: words.levels[value] }))}
        chosen={chosen}
        onChoose={(level) => {
          error.value = undefined;
          levels.set({ room }, level).catch((thrown) => error.value = () => faultWords(thrown));
        }}
      />
      <p class="field-hint" role="status">{words.levelNotes[chosen]}</p>
      {error.value && <p class="form-error" role="alert">{error.value()}</p>}
    </div>
  );
}
