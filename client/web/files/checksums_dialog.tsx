/** A file's hashes, for whoever wants to compare them. */
import { signal } from "@preact/signals";
import type { FileInfo } from "../../../server/core/shared/events.ts";
import { Dialog } from "../dialog.tsx";
import { Icon } from "../icon.tsx";
import { words } from "../words.ts";

/** The file whose hashes are shown; undefined: the dialog is closed. */
export const checksumsShown = signal<FileInfo | undefined>(undefined);

/** The dialog, while it is open. */
export function Checksums() {
  const file = checksumsShown.value;
  if (!file) return null;
  return (
    <Dialog title={words.checksumsOf(file.name)} onClose={() => checksumsShown.value = undefined}>
      <div class="dialog-body">
        <dl class="checksums">
          <Sum name={words.checksum} value={file.md5} />
          <Sum name={words.identity} value={file.sha256} />
        </dl>
      </div>
    </Dialog>
  );
}

function Sum({ name, value }: { name: string; value: string }) {
  // Without permission nothing is copied; the value can be selected.
  const copy = () => void navigator.clipboard.writeText(value).catch(() => {});
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <code>{value}</code>
        <button
          type="button"
          class="icon-button"
          aria-label={words.copy(name)}
          title={words.copy(name)}
          onClick={copy}
        >
          <Icon name="copy" />
        </button>
      </dd>
    </div>
  );
}
