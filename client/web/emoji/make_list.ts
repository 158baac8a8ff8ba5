/**
 * Makes static/emoji.txt and static/emoji_zh.txt out of emojibase's data: `deno task emoji`. In the first one line an
 * emoji: itself, and its English short names with commas between; an empty line between groups. In the second, in the
 * same order, their Chinese names. Flags are in neither, because every browser knows the names of countries. Newer
 * emoji than in {@link NEWEST} are left out, which many systems lack, and people put together of several signs.
 */
import english from "emojibase-data/en/data.json" with { type: "json" };
import codes from "emojibase-data/en/shortcodes/github.json" with { type: "json" };
import chinese from "emojibase-data/zh/data.json" with { type: "json" };

/** Version of the emoji standard. */
const NEWEST = 14;
const FLAGS = 9;
const COMPONENTS = 2;
/** A sign that is an emoji by itself, and the mark that makes one of others: without it, as keyboards write it. */
const MARKED = /(\p{Emoji_Presentation})\uFE0F/gu;
/** The signs for woman and man: with them come further forms of what is there already. */
const FORMS = /-(?:2640|2642)\b/;
const PEOPLE = 1;
const PUT_TOGETHER = /-200D-/;

const namesOf = new Map(Object.entries(codes));
const chineseOf = new Map(chinese.map(({ hexcode, label }) => [hexcode, label]));
const chosen = english.filter(({ group, version, hexcode }) =>
  group !== undefined && group !== FLAGS && group !== COMPONENTS && version <= NEWEST &&
  !FORMS.test(hexcode) &&
  !(group === PEOPLE && PUT_TOGETHER.test(hexcode))
).sort((a, b) => (a.order ?? 0) - (b.order ?? 0));

const groups = Map.groupBy(chosen, ({ group }) => group);
const write = (name: string, lineOf: (emoji: typeof chosen[number]) => string) =>
  Deno.writeTextFile(
    new URL(`../../../static/${name}`, import.meta.url),
    [...groups.values()].map((group) => group.map((emoji) => `${lineOf(emoji)}\n`).join("")).join("\n"),
  );
await write("emoji.txt", ({ emoji, hexcode, label }) => {
  const names = namesOf.get(hexcode) ?? label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
  return `${emoji.replaceAll(MARKED, "$1")} ${[names].flat().join(",")}`;
});
await write("emoji_zh.txt", ({ hexcode }) => chineseOf.get(hexcode) ?? "");
