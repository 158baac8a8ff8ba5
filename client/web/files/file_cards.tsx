/** The cards of files that can be had: one file, with its picture if it is one, or a folder. */
import { useSignal } from "@preact/signals";
import type { FileInfo } from "../../../server/core/shared/events.ts";
import { words } from "../words.ts";
import { bytesInWords } from "./amounts.ts";
import { DownloadLink } from "./download_link.tsx";
import { iconOfType, kindOfFile } from "./file_kind.ts";
import { FileLine } from "./file_line.tsx";
import { FolderFiles, useFolder } from "./folder_files.tsx";
import { Picture } from "./picture.tsx";

export function FileCard({ file, onGone }: { file: FileInfo; onGone: () => void }) {
  const kind = kindOfFile(file);
  const isShown = kind === "picture" || kind === "film";
  return (
    <div class={isShown ? "file file-shown" : "file"}>
      {isShown && <Picture file={file} onGone={onGone} />}
      <FileLine
        icon={iconOfType(file.type, file.name)}
        name={file.name}
        note={bytesInWords(file.size)}
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
  const size = bytesInWords(file.size);
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
