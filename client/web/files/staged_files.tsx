/** The files that go out with what is being written, each of which can be taken away again. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../icon.tsx";
import type { Draft } from "../state/draft.ts";
import { words } from "../words.ts";
import { formatBytes } from "./format.ts";
import { iconOfType } from "./file_kind.ts";
import { FileName } from "./file_line.tsx";
import type { Picked } from "./picked.ts";

export function StagedFiles({ draft }: { draft: Draft }) {
  const { value: files } = draft.files;
  if (files.length === 0) return null;
  return (
    <div class="staged">
      <ul aria-label={words.staged}>
        {files.map((picked) => (
          <li key={keyOf(picked)} class="staged-file">
            <Thumbnail picked={picked} />
            <div class="file-title">
              <FileName name={picked.name} />
              <span>{formatBytes(picked.size)}</span>
            </div>
            <button
              type="button"
              class="icon-button"
              aria-label={words.unstage(picked.name)}
              title={words.unstage(picked.name)}
              onClick={() => draft.unstage(picked)}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      {files.length > 2 && (
        <button type="button" class="text-button" onClick={() => draft.files.value = []}>
          {words.unstageAll}
        </button>
      )}
    </div>
  );
}

/** The picture itself, or what kind of file it is. */
function Thumbnail({ picked }: { picked: Picked }) {
  const address = useSignal<string | undefined>(undefined);
  const file = picked.kind === "file" && picked.file.type.startsWith("image/") ? picked.file : undefined;
  useEffect(() => {
    if (!file) return;
    const made = URL.createObjectURL(file);
    address.value = made;
    return () => URL.revokeObjectURL(made);
  }, [file]);
  if (address.value !== undefined) {
    return (
      <img
        class="staged-picture"
        src={address.value}
        alt=""
        onError={() => address.value = undefined}
      />
    );
  }
  const type = picked.kind === "folder" ? "inode/directory" : picked.file.type;
  return (
    <span class="file-icon">
      <Icon name={iconOfType(type, picked.name)} />
    </span>
  );
}

const keys = new WeakMap<Picked, number>();
let nextKey = 1;

/** Two may have the same name. */
function keyOf(picked: Picked): number {
  const key = keys.get(picked) ?? nextKey++;
  keys.set(picked, key);
  return key;
}
