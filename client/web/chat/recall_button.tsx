/** Taking a message back, which asks once more, because it can't be undone. */
import { useSignal } from "@preact/signals";
import { Icon } from "../icon.tsx";
import { words } from "../words.ts";

export function RecallButton({ onRecall }: { onRecall: () => void }) {
  const sure = useSignal(false);
  return (
    <button
      type="button"
      class="recall"
      aria-label={sure.value ? words.recallSure : words.recall}
      title={words.recall}
      onClick={() => sure.value ? onRecall() : sure.value = true}
      onBlur={() => sure.value = false}
      onMouseLeave={() => sure.value = false}
    >
      {sure.value ? words.recallSure : <Icon name="undo" />}
    </button>
  );
}
