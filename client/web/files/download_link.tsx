/** The way to a file's bytes, or to a folder's zip. */
import type { FileInfo } from "../../../server/core/shared/events.ts";
import { Icon } from "../icon.tsx";
import { words } from "../words.ts";
import { downloadAddressOf, kindOfFile } from "./file_kind.ts";

export function DownloadLink({ file }: { file: FileInfo }) {
  const isFolder = kindOfFile(file) === "folder";
  const label = isFolder ? words.downloadZip : words.downloadFile(file.name);
  return (
    <a
      class="icon-button"
      href={downloadAddressOf(file)}
      download={isFolder ? `${file.name}.zip` : file.name}
      aria-label={label}
      title={isFolder ? words.downloadZip : words.download}
    >
      <Icon name="download" />
    </a>
  );
}
