/** Something on its way to the server: how far it is, how fast, what went wrong, and the way to end it. */
import { useChat } from "../chat/chat_context.ts";
import { MessageText } from "../chat/message_text.tsx";
import { QuotedMessage } from "../chat/quoted_message.tsx";
import { Icon } from "../icon.tsx";
import type { Transfer, TransferState } from "../state/transfer.ts";
import { words } from "../words.ts";
import { formatBytes, formatDuration } from "./format.ts";
import { iconOfType } from "./file_kind.ts";
import { FileLine } from "./file_line.tsx";

export function TransferBubble({ transfer, compact }: { transfer: Transfer; compact: boolean }) {
  const { transfers } = useChat();
  const { picked, state, conversation, caption: { text, reply } } = transfer;
  const { name, size } = picked;
  const now = state.value;
  const type = picked.kind === "folder" ? "inode/directory" : picked.file.type;
  return (
    <div class={`message ${compact ? "message-compact" : "message-mine"} message-first message-last`}>
      {compact && <span class="avatar-space" />}
      <div class="message-body">
        {reply !== undefined && <QuotedMessage id={reply} conversation={conversation} />}
        <div
          class={now.is === "failed" ? "file file-failed" : "file"}
          role="group"
          aria-label={words.uploading(name)}
        >
          <FileLine icon={iconOfType(type, name)} name={name} note={noteOf(now, size)}>
            {now.is !== "failed" && (
              <button
                type="button"
                class="icon-button"
                aria-label={words.cancelUpload(name)}
                title={words.cancelUpload(name)}
                onClick={() => transfers.cancel(transfer)}
              >
                <Icon name="close" />
              </button>
            )}
          </FileLine>
          <Bar now={now} size={size} name={name} />
        </div>
        {text !== undefined && <MessageText text={text} conversation={conversation} />}
        {now.is === "failed" && (
          <div class="message-trouble" role="alert">
            <p>{words.notSent} {now.why}</p>
            <button type="button" onClick={() => transfers.retry(transfer)}>{words.tryAgain}</button>
            <button type="button" onClick={() => transfers.cancel(transfer)}>{words.discard}</button>
          </div>
        )}
      </div>
    </div>
  );
}

function Bar({ now, size, name }: { now: TransferState; size: number; name: string }) {
  if (now.is === "failed") return null;
  const done = now.is === "waiting" ? 0 : now.done;
  return (
    <progress
      class={`file-progress file-progress-${now.is}`}
      max={Math.max(1, size)}
      value={size === 0 ? 1 : done}
      aria-label={words.uploading(name)}
    />
  );
}

function noteOf(now: TransferState, size: number): string {
  switch (now.is) {
    case "waiting":
      return `${formatBytes(size)} · ${words.waitsForTurn}`;
    case "reading":
      return `${formatBytes(size)} · ${words.checking}`;
    case "lost":
      return words.pausedUpload;
    case "failed":
      return formatBytes(size);
    case "sending": {
      if (now.done >= size) return `${formatBytes(size)} · ${words.finishing}`;
      const parts = [words.doneOf(formatBytes(now.done), formatBytes(size))];
      if (now.perSecond !== undefined) {
        parts.push(words.speed(formatBytes(now.perSecond)));
        parts.push(words.timeLeft(formatDuration((size - now.done) / now.perSecond)));
      }
      // Lines break between parts only.
      return parts.map((part) => part.replaceAll(" ", "\u00a0")).join(" · ");
    }
  }
}
