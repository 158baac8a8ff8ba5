/**
 * Makes static/emoji.txt out of emojibase's data: `deno task emoji`. One line an emoji: itself, its English short
 * names with commas between, its Chinese name; an empty line between groups. Flags are not in it, because every
 * browser knows the names of countries. Newer emoji than in {@link NEWEST} are left out: many systems lack them.
 */
import english from "emojibase-data/en/data.json" with { type: "json" };
import codes from "emojibase-data/en/shortcodes/github.json" with { type: "json" };
import chinese from "emojibase-data/zh/data.json" with { type: "json" };

/** Version of the emoji standard. */
const NEWEST = 14;
const FLAGS = 9;
const COMPONENTS = 2;
/** The signs for woman and man: with them come further forms of what is there already. */
const FORMS = /-(?:2640|2642)\b/;

const namesOf = new Map(Object.entries(codes));
const chineseOf = new Map(chinese.map(({ hexcode, label }) => [hexcode, label]));
const chosen = english.filter(({ group, version, hexcode }) =>
  group !== undefined && group !== FLAGS && group !== COMPONENTS && version <= NEWEST && !FORMS.test(hexcode)
).sort((a, b) => (a.order ?? 0) - (b.order ?? 0));

const groups = Map.groupBy(chosen, ({ group }) => group);
const text = [...groups.values()].map((group) =>
  group.map(({ emoji, hexcode, label }) => {
    const names = namesOf.get(hexcode) ?? label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
    return `${emoji} ${[names].flat().join(",")} ${chineseOf.get(hexcode) ?? ""}\n`;
  }).join("")
).join("\n");
await Deno.writeTextFile(new URL("../../../static/emoji.txt", import.meta.url), text);
