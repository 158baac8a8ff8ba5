/** Says near the bound of a text how much of it is left, and past it how much is too much and what else can be done. */
import { formatBytes } from "../files/format.ts";
import { excessOf } from "../state/draft.ts";
import { words } from "../words.ts";

const NEAR_BYTES = 1_000;

interface TextLengthProps {
  text: string;
  /** Makes a file of it, where that is possible. */
  onFile?: (() => void) | undefined;
}

export function TextLength({ text, onFile }: TextLengthProps) {
  const excess = excessOf(text);
  if (excess < -NEAR_BYTES) return null;
  if (excess <= 0) return <p class="text-length">{words.textLeft(formatBytes(-excess))}</p>;
  return (
    <div class="text-length text-too-long">
      <p role="alert">{words.textTooLong(formatBytes(excess))}</p>
      {onFile && <button type="button" class="text-button" onClick={onFile}>{words.sendAsFile}</button>}
    </div>
  );
}
