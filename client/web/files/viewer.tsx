/** A picture or a video as large as the window lets it be. Escape closes it, and the focus goes back. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { FileInfo } from "../../../server/core/shared/events.ts";
import { useBack } from "../back.ts";
import { Icon } from "../icon.tsx";
import { words } from "../words.ts";
import { formatBytes } from "./format.ts";
import { DownloadLink, FileName } from "./file_line.tsx";
import { addressOf, kindOfFile } from "./file_kind.ts";
import { signal } from "@preact/signals";

export function Viewer() {
  return viewed.value ? <Open key={viewed.value.id} file={viewed.value} /> : null;
}

function Open({ file }: { file: FileInfo }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => dialog.current?.close();
  useBack(close);
  useLayoutEffect(() => {
    dialog.current?.showModal();
    return close;
  }, []);
  return (
    <dialog
      class="viewer"
      ref={dialog}
      aria-label={file.name}
      onClose={() => dialog.current && (viewed.value = undefined)}
      onClick={(event) => {
        if (!(event.target as Element).closest("header, img, video")) close();
      }}
    >
      <header>
        <div class="file-title">
          <FileName name={file.name} />
          <span>{formatBytes(file.size)}</span>
        </div>
        <DownloadLink file={file} />
        <button
          type="button"
          class="icon-button"
          aria-label={words.closeViewer}
          title={words.closeViewer}
          onClick={close}
        >
          <Icon name="close" />
        </button>
      </header>
      <div class="viewer-stage">
        {kindOfFile(file) === "film"
          ? <video src={addressOf(file)} controls autoplay />
          : <img src={addressOf(file)} alt={file.name} />}
      </div>
    </dialog>
  );
}

/** What is looked at. */
export const viewed = signal<FileInfo | undefined>(undefined);
