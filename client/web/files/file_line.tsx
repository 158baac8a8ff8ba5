/** A file in one line: what it is, its name, what there is to say about it, and the way to its bytes. */
import type { ComponentChildren } from "preact";
import { cutBefore } from "../graphemes.ts";
import { Icon, type IconName } from "../icon.tsx";
import type { FileInfo } from "../../../server/core/shared/events.ts";
import { words } from "../words.ts";
import { downloadAddressOf, kindOfFile } from "./file_kind.ts";

interface FileLineProps {
  icon: IconName;
  name: string;
  note: ComponentChildren;
  /** Buttons and links at its end. */
  children?: ComponentChildren;
}

const END_CHARS = 7;

/**
 * A name that, where it is too long for its place, is cut in its middle: its end says what it is. What is seen are the
 * two ends, drawn by the style sheet; what is selected and read out is the name, in one piece over them.
 */
export function FileName({ name }: { name: string }) {
  const cut = cutBefore(name, name.length - END_CHARS);
  return (
    <strong
      class="file-name"
      dir="auto"
      title={name}
      data-begin={name.slice(0, cut)}
      data-end={name.slice(cut)}
    >
      <span>{name}</span>
    </strong>
  );
}

export function FileLine({ icon, name, note, children }: FileLineProps) {
  return (
    <div class="file-line">
      <span class={`file-icon file-icon-${icon}`}>
        <Icon name={icon} />
      </span>
      <div class="file-title">
        <FileName name={name} />
        <span>{note}</span>
      </div>
      {children}
    </div>
  );
}

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
