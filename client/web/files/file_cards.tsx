/** The cards of files that can be had: one file, with its picture or video if it is one, or a folder with what is in it. */
import { type Signal, useSignal } from "@preact/signals";
import type { FileInfo } from "../../../server/core/shared/events.ts";
import { words } from "../words.ts";
import { formatBytes } from "./format.ts";
import { DownloadLink, FileLine } from "./file_line.tsx";
import { addressOf, iconOfType, kindOfFile } from "./file_kind.ts";
import { useEffect } from "preact/hooks";
import { Icon } from "../icon.tsx";
import { viewed } from "./viewer.tsx";
import { useChat } from "../chat/chat_context.ts";

export function FileCard({ file, onGone }: { file: FileInfo; onGone: () => void }) {
  const kind = kindOfFile(file);
  const isShown = kind === "picture" || kind === "film";
  return (
    <div class={isShown ? "file file-shown" : "file"}>
      {isShown && <Picture file={file} onGone={onGone} />}
      <FileLine
        icon={iconOfType(file.type, file.name)}
        name={file.name}
        note={formatBytes(file.size)}
      >
        <DownloadLink file={file} />
      </FileLine>
    </div>
  );
}

export function FolderCard({ file }: { file: FileInfo }) {
  const files = useFolder(file.id);
  const open = useSignal(false);
  const count = files.value?.filter((each) => kindOfFile(each) !== "folder").length;
  const size = formatBytes(file.size);
  return (
    <div class="file">
      <FileLine
        icon="folder"
        name={file.name}
        note={count === undefined ? size : `${words.fileCount(count)} · ${size}`}
      >
        {files.value && files.value.length > 0 && (
          <button
            type="button"
            class="text-button"
            aria-label={(open.value ? words.hideFiles : words.showFiles)(file.name)}
            aria-expanded={open.value}
            onClick={() => open.value = !open.value}
          >
            {open.value ? words.hide : words.show}
          </button>
        )}
        <DownloadLink file={file} />
      </FileLine>
      {open.value && files.value && <FolderFiles files={files.value} />}
    </div>
  );
}

interface PictureProps {
  file: FileInfo;
  /** Its bytes are no longer there. */
  onGone(): void;
}

function Picture({ file, onGone }: PictureProps) {
  const broken = useSignal(false);
  const isFilm = kindOfFile(file) === "film";
  // What is taken back while it is looked at is gone from there too.
  useEffect(() => () => void (viewed.peek()?.id === file.id && (viewed.value = undefined)), [file.id]);
  const onError = async () => {
    const { status } = await fetch(addressOf(file), { method: "HEAD" }).catch(() => ({ status: 0 }));
    if (status === 404 || status === 410) onGone();
    else broken.value = true;
  };
  if (broken.value) return <p class="picture picture-broken">{words.notShown}</p>;
  const view = () => viewed.value = file;
  if (isFilm) {
    return (
      <div class="picture">
        <video src={addressOf(file)} controls preload="metadata" aria-label={file.name} onError={onError} />
        <button
          type="button"
          class="icon-button picture-view"
          aria-label={words.view(file.name)}
          title={words.view(file.name)}
          onClick={view}
        >
          <Icon name="expand" />
        </button>
      </div>
    );
  }
  return (
    <button type="button" class="picture" aria-label={words.view(file.name)} onClick={view}>
      <img src={addressOf(file)} alt={file.name} loading="lazy" decoding="async" onError={onError} />
    </button>
  );
}

/** Asks what is in a folder; undefined until that is known. */
function useFolder(id: string): Signal<readonly FileInfo[] | undefined> {
  const { connection, state } = useChat();
  const files = useSignal<readonly FileInfo[] | undefined>(undefined);
  const online = state.value === "online";
  useEffect(() => {
    if (!online || files.peek()) return;
    connection.ask("files", { folder: id }).then((answer) => files.value = answer.files, () => {});
  }, [id, online]);
  return files;
}

function FolderFiles({ files }: { files: readonly FileInfo[] }) {
  return (
    <ul class="folder-files">
      {files.map((file) => {
        const isFolder = kindOfFile(file) === "folder";
        return (
          <li key={file.id}>
            <FileLine
              icon={iconOfType(file.type, file.name)}
              name={file.name}
              note={isFolder ? words.emptyFolder : formatBytes(file.size)}
            >
              {!isFolder && <DownloadLink file={file} />}
            </FileLine>
          </li>
        );
      })}
    </ul>
  );
}
