/** A file's hashes, for whoever wants to compare them. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { FileInfo } from "../../../server/core/events.ts";
import { words } from "../words.ts";

/** What {@link useChecksum} gives: the button, and what it opens. */
export function useChecksum(file: FileInfo) {
  const shown = useSignal(false);
  const id = useId();
  const button = (
    <button
      type="button"
      class="text-button"
      aria-label={words.checksumOf(file.name)}
      aria-expanded={shown.value}
      aria-controls={id}
      onClick={() => shown.value = !shown.value}
    >
      {words.checksum}
    </button>
  );
  const sums = shown.value && (
    <dl class="checksums" id={id}>
      <dt>{words.checksum}</dt>
      <dd>{file.md5}</dd>
      <dt>{words.identity}</dt>
      <dd>{file.sha256}</dd>
    </dl>
  );
  return { button, sums };
}
