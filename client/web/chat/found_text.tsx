/** The part of a message in which words were found, with all of them marked. */
import type { ComponentChildren } from "preact";
import type { Message } from "../../../server/core/shared/events.ts";
import {
  LETTER,
  PICTURE,
  searchForm,
  searchWords,
  UNSPACED,
} from "../../../server/core/shared/search_form.ts";
import { cutBefore, cutBehind } from "../graphemes.ts";
import { plainText } from "../markdown/plain_text.ts";
import { withoutBidiOverrides } from "../words/bidi.ts";

const AROUND_CHARS = 60;
const SHOWN_CHARS = 4 * AROUND_CHARS;
/** Letters or pictures in a row: what is between is passed over, as by the server. */
const RUNS = /[\p{L}\p{N}\p{M}\p{Co}]+|[^\p{L}\p{N}\p{M}\p{Co}\s\p{P}]+/gu;

/** Where something was found, in UTF-16 units. */
interface Hit {
  start: number;
  end: number;
}

export function FoundText({ message, query }: { message: Message; query: string }) {
  const patterns = searchWords(query).map(patternOf);
  const { text, hits } = whereFound(message, patterns);
  const [first] = hits;
  let end = beginningBefore(text, first?.start ?? 0);
  const last = cutBehind(text, Math.max(end + SHOWN_CHARS, first?.end ?? 0));
  const pieces: ComponentChildren[] = [end > 0 ? "…" : ""];
  for (const hit of hits) {
    if (hit.start < end || hit.end > last) continue;
    // A hand is marked with its colour.
    const [from, to] = [Math.max(end, cutBefore(text, hit.start)), cutBehind(text, hit.end)];
    pieces.push(text.slice(end, from), <mark key={from}>{text.slice(from, to)}</mark>);
    end = to;
  }
  return <>{pieces}{text.slice(end, last)}{last < text.length && "…"}</>;
}

/** What people see of it, as far as all words are in that; else what was written, with the addresses of links. */
function whereFound({ text, file }: Message, patterns: readonly RegExp[]): { text: string; hits: Hit[] } {
  const said = plainText(text);
  const named = [file?.name, said].filter(Boolean).join(" · ");
  const written = withoutBidiOverrides(text).replaceAll(/\s+/g, " ").trim();
  const shown = [said, named, [file?.name, written].filter(Boolean).join(" · ")].filter((each) =>
    each !== ""
  );
  for (const each of shown) {
    const hits = hitsIn(each, patterns);
    if (hits) return { text: each, hits };
  }
  return { text: named, hits: [] };
}

/** All places of all words, in order; undefined when one of them is nowhere. */
function hitsIn(text: string, patterns: readonly RegExp[]): Hit[] | undefined {
  const compared = formWithPlaces(text);
  const hits: Hit[] = [];
  for (const pattern of patterns) {
    const found = [...compared.form.matchAll(pattern)];
    if (found.length === 0) return undefined;
    for (const { index, 0: { length } } of found) {
      hits.push({ start: compared.starts[index]!, end: compared.ends[index + length - 1]! });
    }
  }
  return hits.sort((a, b) => a.start - b.start);
}

/** The form of a text that is compared, and of each unit of it where in the text its character begins and ends. */
function formWithPlaces(text: string): { form: string; starts: number[]; ends: number[] } {
  let form = "";
  let at = 0;
  const starts: number[] = [];
  const ends: number[] = [];
  for (const character of text) {
    const compared = searchForm(character);
    const end = at + character.length;
    // An accent or a joiner belongs to what it stands on.
    if (compared === "" && ends.length > 0) {
      const start = starts.at(-1);
      for (let i = starts.length - 1; i >= 0 && starts[i] === start; i--) ends[i] = end;
    }
    for (let i = 0; i < compared.length; i++) {
      starts.push(at);
      ends.push(end);
    }
    form += compared;
    at = end;
  }
  return { form, starts, ends };
}

function patternOf(word: string): RegExp {
  const runs = word.match(RUNS) ?? [];
  const isWord = LETTER.test(word[0]!) && !UNSPACED.test(word[0]!) && !PICTURE.test(word);
  return new RegExp(
    (isWord ? "(?<![\\p{L}\\p{N}])" : "") + runs.map((run) => RegExp.escape(run)).join("[^\\p{L}\\p{N}]*"),
    "gu",
  );
}

/** Where an excerpt begins that shows this place: with a word, if there are any. */
function beginningBefore(text: string, place: number): number {
  const at = place - AROUND_CHARS;
  if (at <= 0) return 0;
  const space = text.slice(at, place - AROUND_CHARS / 2).search(/\s\S/u);
  return space === -1 ? cutBefore(text, at) : at + space + 1;
}
