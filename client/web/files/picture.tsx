/** A picture or a video among the messages; a click opens the viewer. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { FileInfo } from "../../../server/core/shared/events.ts";
import { Icon } from "../icon.tsx";
import { words } from "../words.ts";
import { addressOf, kindOfFile } from "./file_kind.ts";
import { viewed } from "./viewed.ts";

/** What a {@link Picture} is given. */
interface PictureProps {
  file: FileInfo;
  /** Its bytes are no longer there. */
  onGone(): void;
}

export function Picture({ file, onGone }: PictureProps) {
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
