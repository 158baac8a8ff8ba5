/** What is in a folder, each file by itself. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { FileInfo } from "../../../server/core/shared/events.ts";
import { useChat } from "../chat/chat_context.ts";
import { words } from "../words.ts";
import { bytesInWords } from "./amounts.ts";
import { DownloadLink } from "./download_link.tsx";
import { iconOfType, kindOfFile } from "./file_kind.ts";
import { FileLine } from "./file_line.tsx";

/** Asks what is in a folder; undefined until that is known. */
export function useFolder(id: string): Signal<readonly FileInfo[] | undefined> {
  const { connection, state } = useChat();
  const files = useSignal<readonly FileInfo[] | undefined>(undefined);
  const online = state.value === "online";
  useEffect(() => {
    if (!online || files.peek()) return;
    connection.ask("files", { folder: id }).then((answer) => files.value = answer.files, () => {});
  }, [id, online]);
  return files;
}

export function FolderFiles({ files }: { files: readonly FileInfo[] }) {
  return (
    <ul class="folder-files">
      {files.map((file) => {
        const isFolder = kindOfFile(file) === "folder";
        return (
          <li key={file.id}>
            <FileLine
              icon={iconOfType(file.type, file.name)}
              name={file.name}
              note={isFolder ? words.emptyFolder : bytesInWords(file.size)}
            >
              {!isFolder && <DownloadLink file={file} />}
            </FileLine>
          </li>
        );
      })}
    </ul>
  );
}
