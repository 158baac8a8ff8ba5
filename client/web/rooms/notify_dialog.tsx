/** Of what one wants to be told in a room. */
import { signal, useSignal } from "@preact/signals";
import { NOTIFICATION_LEVELS } from "../../../server/core/shared/room_settings.ts";
import { useChat } from "../chat/chat_context.ts";
import { Dialog } from "../dialog.tsx";
import { faultWords } from "../fault_words.ts";
import { Segmented } from "../segmented.tsx";
import { words } from "../words.ts";

/** Of which room the dialog is open. */
export const notifying = signal<string | undefined>(undefined);

/** The dialog, while it is open. */
export function Notifying() {
  return notifying.value === undefined ? null : <NotifyDialog room={notifying.value} />;
}

function NotifyDialog({ room }: { room: string }) {
  const { levels } = useChat();
  const error = useSignal<(() => string) | undefined>(undefined);
  const chosen = levels.of({ room });
  return (
    <Dialog title={words.notificationsOf(room)} onClose={() => notifying.value = undefined}>
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
    </Dialog>
  );
}
