/** Over the field: what one is answering, or that one is changing a message. */
import type { ComponentChildren } from "preact";
import { Icon } from "../icon.tsx";
import type { Draft } from "../state/draft.ts";
import { words } from "../words.ts";
import { GuestMark } from "./guest_mark.tsx";
import { excerptOf } from "./quoted_message.tsx";

export function ComposerNote({ draft }: { draft: Draft }) {
  const reply = draft.reply.value;
  if (draft.editing.value) {
    const trouble = draft.trouble.value;
    return (
      <>
        <Note label={words.stopEditing} onEnd={() => draft.stopEditing()}>
          {draft.saving.value ? words.saving : words.editMessage}
        </Note>
        {trouble && <p class="composer-trouble" role="alert">{trouble}</p>}
      </>
    );
  }
  if (!reply) return null;
  return (
    <Note label={words.stopReply} onEnd={() => draft.reply.value = undefined}>
      {words.replyTo(reply.from)} <GuestMark guest={reply.guest === true} /> <span>{excerptOf(reply)}</span>
    </Note>
  );
}

/** What a {@link Note} is given. */
interface NoteProps {
  label: string;
  onEnd(): void;
  children: ComponentChildren;
}

function Note({ label, onEnd, children }: NoteProps) {
  return (
    <div class="composer-note">
      <p>{children}</p>
      <button type="button" class="icon-button" aria-label={label} title={label} onClick={onEnd}>
        <Icon name="close" />
      </button>
    </div>
  );
}
