/** Opens the choice of emoji for what one is writing. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { EmojiPicker } from "../emoji/emoji_picker.tsx";
import { Icon } from "../icon.tsx";
import { words } from "../words.ts";

export function EmojiButton({ onPick }: { onPick(char: string): void }) {
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        type="button"
        class="icon-button"
        ref={button}
        aria-label={words.emoji}
        title={words.emoji}
        aria-expanded={open.value}
        onClick={() => open.value = true}
      >
        <Icon name="smile" />
      </button>
      {open.value && (
        <EmojiPicker
          anchor={() => button.current}
          onPick={(char) => {
            open.value = false;
            // After the focus has gone back to the button.
            requestAnimationFrame(() => onPick(char));
          }}
          onClose={() => open.value = false}
        />
      )}
    </>
  );
}
