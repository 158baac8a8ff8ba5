/** The files of a conversation, the newest first. */
import { type Signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { FILE_GROUPS, type FileGroup, type ListedFile } from "../../../server/core/shared/events.ts";
import { useChat } from "../chat/chat_context.ts";
import { dayAndTimeOf, Time } from "../chat/time.tsx";
import { Icon } from "../icon.tsx";
import type { Conversation } from "../state/conversation.ts";
import { conversationNameOf } from "../state/target_key.ts";
import { SearchField } from "../search_field.tsx";
import { authorInWords, words } from "../words.ts";
import { formatBytes } from "./format.ts";
import { DownloadLink, FileLine } from "./file_line.tsx";
import { iconOfType, kindOfFile } from "./file_kind.ts";
import { viewed } from "./viewer.tsx";

export function FileList({ conversation }: { conversation: Conversation }) {
  const name = useSignal("");
  const kind = useSignal<FileGroup | "">("");
  const { files, more, loadMore, loaded } = useFiles(conversation, name, kind);
  const narrowed = name.value.trim() !== "" || kind.value !== "";
  return (
    <>
      <div class="panel-filter">
        <SearchField
          class="panel-search"
          label={words.findFile}
          value={name.value}
          onText={(text) => name.value = text}
        />
        <select
          aria-label={words.kindOfFiles}
          value={kind.value}
          onChange={(event) =>
            kind.value = FILE_GROUPS.find((each) => each === event.currentTarget.value) ?? ""}
        >
          <option value="">{words.everyKind}</option>
          {FILE_GROUPS.map((group) => <option key={group} value={group}>{words.fileGroups[group]}</option>)}
        </select>
      </div>
      {loaded && files.length === 0 && (
        <p class="panel-empty">{narrowed ? words.found(0, false) : words.noFiles}</p>
      )}
      <ul>
        {files.map((file) => (
          <li key={file.id}>
            <OneFile file={file} conversation={conversation} />
          </li>
        ))}
      </ul>
      {more && (
        <button type="button" class="button button-plain" onClick={loadMore}>{words.olderFiles}</button>
      )}
    </>
  );
}

function OneFile({ file, conversation }: { file: ListedFile; conversation: Conversation }) {
  const chat = useChat();
  const { message } = file;
  const size = formatBytes(file.size);
  const kind = kindOfFile(file);
  const waits = file.offer === "waiting";
  const line = (
    <FileLine
      icon={iconOfType(file.type, file.name)}
      name={file.name}
      note={
        <>
          {waits ? `${size} · ${words.notAnswered}` : size}
          {file.from !== undefined && file.at !== undefined && (
            <>
              {" · "}
              <bdi>{authorInWords(file.from)}</bdi>
              {" · "}
              <Time at={file.at}>{dayAndTimeOf(file.at)}</Time>
            </>
          )}
        </>
      }
    >
      {message !== undefined && (
        <button
          type="button"
          class="icon-button"
          aria-label={words.goToMessageOf(file.name)}
          title={words.goToMessageOf(file.name)}
          onClick={() => void chat.attempt(() => conversation.goTo(message))}
        >
          <Icon name="reply" />
        </button>
      )}
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
function useFiles(conversation: Conversation, name: Signal<string>, kind: Signal<FileGroup | "">) {
  const chat = useChat();
  const list = useSignal<readonly ListedFile[]>([]);
  const more = useSignal(false);
  const loaded = useSignal(false);
  const asked = useRef(0);
  const load = async (before?: string) => {
    const mine = ++asked.current;
    const page = await chat.connection.ask("files", {
      ...conversationNameOf(conversation.target),
      ...(before && { before }),
      ...(name.peek().trim() && { name: name.peek().trim() }),
      ...(kind.peek() && { kind: kind.peek() as FileGroup }),
    });
    // Somebody has asked for others meanwhile.
    if (mine !== asked.current) return;
    list.value = before ? [...list.value, ...page.files] : page.files;
    more.value = page.more;
    loaded.value = true;
  };
  const shown = useComputed(() =>
    conversation.messages.value.map(({ file }) => file && `${file.id} ${file.offer}`).join("")
  );
  useSignalEffect(() => {
    if (chat.state.value !== "online") return;
    void [shown.value, name.value, kind.value];
    void chat.load(() => load());
  });
  return {
    files: list.value,
    more: more.value,
    loaded: loaded.value,
    loadMore: () => void chat.attempt(() => load(list.value.at(-1)?.id)),
  };
}
