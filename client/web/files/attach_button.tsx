/** Choosing files or a folder to go with the words. */
import type { TargetedEvent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../icon.tsx";
import { Menu } from "../menu.tsx";
import type { Conversation } from "../state/conversation.ts";
import { words } from "../words.ts";
import { pickedByInput } from "./picked.ts";

const CHOOSES_FOLDERS = "webkitdirectory" in HTMLInputElement.prototype;

interface AttachButtonProps {
  conversation: Conversation;
  onChosen(): void;
}

export function AttachButton({ conversation, onChosen }: AttachButtonProps) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useEffect(() => void (folder.current && (folder.current.webkitdirectory = true)), []);
  const chosen = ({ currentTarget: input }: TargetedEvent<HTMLInputElement>) => {
    conversation.draft.stage(pickedByInput(input.files));
    input.value = "";
    onChosen();
  };
  const chooseFiles = () => files.current?.click();
  const chooseFolder = () => folder.current?.click();
  return (
    <div class="attach">
      {CHOOSES_FOLDERS
        ? (
          <Menu
            label={words.attach}
            icon="attach"
            items={[
              { label: words.attachFiles, icon: "file", act: chooseFiles },
              { label: words.attachFolder, icon: "folder", act: chooseFolder },
            ]}
          />
        )
        : (
          <button
            type="button"
            class="icon-button"
            aria-label={words.attach}
            title={words.attach}
            onClick={chooseFiles}
          >
            <Icon name="attach" />
          </button>
        )}
      <input type="file" multiple hidden ref={files} onChange={chosen} />
      <input type="file" hidden ref={folder} onChange={chosen} />
    </div>
  );
}
