/** The files of a conversation, the newest first. */
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { FileInfo } from "../../../server/core/events.ts";
import { useChat } from "../chat/chat_context.ts";
import type { Conversation } from "../state/conversation.ts";
import { words } from "../words.ts";
import { bytesInWords } from "./amounts.ts";
import { DownloadLink } from "./download_link.tsx";
import { iconOfType, kindOfFile } from "./file_kind.ts";
import { FileLine } from "./file_line.tsx";
import { viewed } from "./viewed.ts";

export function FileList({ conversation }: { conversation: Conversation }) {
  const { files, more, loadMore, loaded } = useFiles(conversation);
  return (
    <>
      {loaded && files.length === 0 && <p class="panel-empty">{words.noFiles}</p>}
      <ul>
        {files.map((file) => (
          <li key={file.id}>
            <ListedFile file={file} />
          </li>
        ))}
      </ul>
      {more && (
        <button type="button" class="button button-plain" onClick={loadMore}>{words.olderFiles}</button>
      )}
    </>
  );
}

function ListedFile({ file }: { file: FileInfo }) {
  const kind = kindOfFile(file);
  const waits = file.offer === "waiting";
  const line = (
    <FileLine
      icon={iconOfType(file.type, file.name)}
      name={file.name}
      note={waits ? `${bytesInWords(file.size)} · ${words.notAnswered}` : bytesInWords(file.size)}
    >
      {!waits && <DownloadLink file={file} />}
    </FileLine>
  );
  if (waits) return line;
  if (kind !== "picture" && kind !== "film") return line;
  return (
    <div class="panel-file">
      <button
        type="button"
        class="panel-file-view"
        aria-label={words.view(file.name)}
        onClick={() => viewed.value = file}
      />
      {line}
    </div>
  );
}

/** Asks for the list, and again whenever a file comes, is answered or goes. */
function useFiles(conversation: Conversation) {
  const chat = useChat();
  const list = useSignal<readonly FileInfo[]>([]);
  const more = useSignal(false);
  const loaded = useSignal(false);
  const load = async (before?: string) => {
    const page = await chat.connection.ask("files", { ...conversation.place, ...(before && { before }) });
    list.value = before ? [...list.value, ...page.files] : page.files;
    more.value = page.more;
    loaded.value = true;
  };
  const shown = useComputed(() =>
    conversation.messages.value.map(({ file }) => file && `${file.id} ${file.offer}`).join("")
  );
  useSignalEffect(() => {
    if (chat.state.value !== "online") return;
    void shown.value;
    void chat.attempt(() => load());
  });
  return {
    files: list.value,
    more: more.value,
    loaded: loaded.value,
    loadMore: () => void chat.attempt(() => load(list.value.at(-1)?.id)),
  };
}
