/** What counts as one emoji. */
import { LIMITS } from "./limits.ts";

const EMOJI = /^(?:\p{RGI_Emoji}|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F?)$/v;
const encoder = new TextEncoder();

/** Whether a text is one emoji and nothing else. */
export function isEmoji(text: string): boolean {
  return encoder.encode(text).length <= LIMITS.emojiBytesMax && EMOJI.test(text);
}
