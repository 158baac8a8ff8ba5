/** Cutting texts between characters as people see them: no half of a pair, no accent without its letter. */
import { locale } from "./language.ts";

/** The last place at or before `at` where a text may be cut. */
export function cutBefore(text: string, at: number): number {
  if (at <= 0) return 0;
  if (at >= text.length) return text.length;
  return new Intl.Segmenter(locale.value).segment(text).containing(at)?.index ?? at;
}

/** The first place at or behind `at` where a text may be cut. */
export function cutBehind(text: string, at: number): number {
  const before = cutBefore(text, at);
  if (before >= at || before >= text.length) return before;
  const { index, segment } = new Intl.Segmenter(locale.value).segment(text).containing(before)!;
  return index + segment.length;
}

/** As much of a text as fits, with a sign that it goes on. `max`: UTF-16 units. */
export function beginningOf(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, cutBefore(text, max))}…` : text;
}

/** The first character. */
export function firstCharacterOf(text: string): string {
  return text.slice(
    0,
    new Intl.Segmenter(locale.value).segment(text)[Symbol.iterator]().next().value?.segment.length,
  );
}
