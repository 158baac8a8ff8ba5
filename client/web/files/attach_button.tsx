/** Choosing files or a folder to send. */
import { useSignal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useChat } from "../chat/chat_context.ts";
import { Icon } from "../icon.tsx";
import type { Conversation } from "../state/conversation.ts";
import { words } from "../words.ts";
import { pickedByInput } from "./picked.ts";

const CHOOSES_FOLDERS = "webkitdirectory" in HTMLInputElement.prototype;

export function AttachButton({ conversation }: { conversation: Conversation }) {
  const { transfers } = useChat();
  const open = useSignal(false);
  const place = useRef<HTMLDivElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useEffect(() => void (folder.current && (folder.current.webkitdirectory = true)), []);
  const chosen = ({ currentTarget: input }: TargetedEvent<HTMLInputElement>) => {
    transfers.add(conversation, pickedByInput(input.files));
    input.value = "";
  };
  const choose = (input: HTMLInputElement | null) => {
    open.value = false;
    input?.click();
  };
  const onFocusOut = ({ relatedTarget }: FocusEvent) => {
    if (!place.current?.contains(relatedTarget as Node | null)) open.value = false;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open.value) return;
    open.value = false;
    place.current?.querySelector("button")?.focus();
  };
  return (
    <div class="attach" ref={place} onFocusOut={onFocusOut} onKeyDown={onKeyDown}>
      <button
        type="button"
        class="icon-button"
        aria-label={words.attach}
        title={words.attach}
        aria-expanded={CHOOSES_FOLDERS ? open.value : undefined}
        onClick={() => CHOOSES_FOLDERS ? open.value = !open.value : choose(files.current)}
      >
        <Icon name="attach" />
      </button>
      {open.value && (
        <div class="attach-menu">
          <button type="button" class="place" onClick={() => choose(files.current)}>
            <Icon name="file" />
            {words.attachFiles}
          </button>
          <button type="button" class="place" onClick={() => choose(folder.current)}>
            <Icon name="folder" />
            {words.attachFolder}
          </button>
        </div>
      )}
      <input type="file" multiple hidden ref={files} onChange={chosen} />
      <input type="file" hidden ref={folder} onChange={chosen} />
    </div>
  );
}
