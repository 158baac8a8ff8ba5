/** Every emoji with its names, fetched when somebody first wants one. */
import { signal } from "@preact/signals";
import { language } from "../language.ts";
import { readStored, writeStored } from "../state/local_storage.ts";

/** One emoji. */
export interface Emoji {
  char: string;
  /** English short names, as they stand between colons. */
  names: readonly string[];
  chinese: string;
}

/** What was fetched: groups in the usual order, flags last. Empty until then. */
export const emojiGroups = signal<readonly (readonly Emoji[])[]>([]);

/** Such as 🇨🇳, 🇫🇷: the countries of ISO 3166, two letters each. */
const COUNTRIES =
  "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETEUFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUNUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";
const REGIONAL_A = 0x1f1e6;
const LETTER_A = 65;

/** What is on its way or there, and the language that it was asked for in. */
let fetching: { language: string; done: Promise<void> } | undefined;

/** Sees to it that {@link emojiGroups} are there, with names in the page's language. Resolves in any case. */
export function fetchEmoji(): Promise<void> {
  if (fetching?.language !== language.value) {
    // After a failure the next call tries again.
    fetching = { language: language.value, done: read().catch(() => void (fetching = undefined)) };
  }
  return fetching.done;
}

/** Those with such a name, the best first, in the language of the page and in English. */
export function findEmoji(query: string, most: number): Emoji[] {
  const wanted = query.trim().toLowerCase().replaceAll(/[\s:]+/g, "_");
  if (wanted === "") return [];
  const ranked: [number, Emoji][] = [];
  for (const emoji of emojiGroups.value.flat()) {
    const rank = Math.min(...emoji.names.map((name) => rankOf(name, wanted)), chineseRank(emoji, wanted));
    if (rank < Infinity) ranked.push([rank, emoji]);
  }
  return ranked.sort(([a], [b]) => a - b).slice(0, most).map(([, emoji]) => emoji);
}

/** The one with exactly this short name. */
export function emojiNamed(name: string): string | undefined {
  return emojiGroups.value.flat().find(({ names }) => names.includes(name.toLowerCase()))?.char;
}

/** What an emoji is called in the language of the page. */
export function nameOf({ names, chinese }: Emoji): string {
  return language.value === "zh" && chinese ? chinese : names[0]?.replaceAll("_", " ") ?? "";
}

function rankOf(name: string, wanted: string): number {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1 + name.length / 100;
  return name.split("_").some((word) => word.startsWith(wanted)) ? 3 : name.includes(wanted) ? 4 : Infinity;
}

function chineseRank({ chinese }: Emoji, wanted: string): number {
  const at = chinese.indexOf(wanted);
  return at === -1 ? Infinity : 2 + at / 100 + chinese.length / 1000;
}

async function read(): Promise<void> {
  const [english, chinese] = await Promise.all([
    groupsIn("emoji.txt"),
    language.value === "zh" ? groupsIn("emoji_zh.txt") : [],
  ]);
  const groups = english.map((lines, group) =>
    lines.map((line, index): Emoji => {
      const [char = "", names = ""] = line.split(" ");
      return { char, names: names.split(","), chinese: chinese[group]?.[index] ?? "" };
    })
  );
  emojiGroups.value = [...groups, flags()];
}

async function groupsIn(path: string): Promise<string[][]> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`Cannot read the emoji: status ${response.status}`);
  return (await response.text()).trimEnd().split("\n\n").map((group) => group.split("\n"));
}

function flags(): Emoji[] {
  const inEnglish = new Intl.DisplayNames("en", { type: "region" });
  const inChinese = new Intl.DisplayNames("zh-CN", { type: "region" });
  return COUNTRIES.match(/../g)!.map((code) => {
    const char = String.fromCodePoint(...[...code].map((each) => REGIONAL_A + each.charCodeAt(0) - LETTER_A));
    const name = (inEnglish.of(code) ?? code).toLowerCase().replaceAll(/[^a-z]+/g, "_");
    return { char, names: [name, code.toLowerCase()], chinese: inChinese.of(code) ?? code };
  });
}

const ENTRY = "switchboard.emoji";
const KEPT_MAX = 24;
const FIRST: readonly string[] = ["👍", "❤️", "😂", "🎉", "🙏", "👀", "😮", "✅"];

/** The latest first; at first a few that many people use. */
export function recentEmoji(): string[] {
  const kept = readStored(ENTRY);
  const chars = Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
  return [...new Set([...chars, ...FIRST])].slice(0, KEPT_MAX);
}

/** Notes that one was chosen. */
export function noteEmoji(char: string): void {
  writeStored(ENTRY, [...new Set([char, ...recentEmoji()])].slice(0, KEPT_MAX));
}
