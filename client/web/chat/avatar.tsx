/** Somebody's picture, or a coloured initial: the same colour everywhere and every time. */
import { firstCharacterOf } from "../graphemes.ts";
import { nameKey } from "../state/target_key.ts";
import { withSession } from "../tab_session.ts";
import { useChat } from "./chat_context.ts";

const COLOURS = 8;

/** `online`: with a mark that says so; undefined: without any. */
export function Avatar({ nickname, online }: { nickname: string; online?: boolean }) {
  const { avatar, availability } = useChat().profiles.of(nickname);
  const initial = firstCharacterOf(nickname) || "?";
  const presence = online ? availability ?? "online" : "offline";
  const mark = online === undefined ? "" : ` avatar-marked avatar-${presence}`;
  return (
    <span class={`avatar colour-${colourOf(nickname)}${mark}`} aria-hidden="true">
      {avatar === undefined ? initial.toUpperCase() : <img src={pictureOf(avatar)} alt="" loading="lazy" />}
    </span>
  );
}

/** Where somebody's picture is. */
function pictureOf(avatar: string): string {
  return withSession(`avatars/${avatar}`);
}

/** Which of the colours a nickname has. */
export function colourOf(nickname: string): number {
  let sum = 0;
  for (const char of nameKey(nickname)) sum = (sum * 31 + char.codePointAt(0)!) % 997;
  return sum % COLOURS;
}
