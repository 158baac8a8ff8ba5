/** A nickname's coloured initial: the same colour everywhere and every time. */
import { firstCharacterOf } from "../graphemes.ts";
import { nameKey } from "../state/target_key.ts";

const COLOURS = 8;

/** `online`: with a mark that says so; undefined: without any. */
export function Avatar({ nickname, online }: { nickname: string; online?: boolean }) {
  const initial = firstCharacterOf(nickname) || "?";
  const presence = online === undefined ? "" : online ? " avatar-online" : " avatar-offline";
  return (
    <span class={`avatar colour-${colourOf(nickname)}${presence}`} aria-hidden="true">
      {initial.toUpperCase()}
    </span>
  );
}

/** Which of the colours a nickname has. */
export function colourOf(nickname: string): number {
  let sum = 0;
  for (const char of nameKey(nickname)) sum = (sum * 31 + char.codePointAt(0)!) % 997;
  return sum % COLOURS;
}
