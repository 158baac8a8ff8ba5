/**
 * No regular expression of the program takes more than its input's length in time: each is tried on long runs of what it is
 * made of, which is where backtracking shows. What is slow on such a run is slow by thousands, so the bound is a wide one.
 */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { filesEndingIn } from "../support/source_tree.ts";

/** A whole line of the protocol. */
const CHARS = 64 * 1024;
/** A linear one takes about a thousandth of it; one that goes back over everything from everywhere takes several times as long. */
const MS_MAX = 1_000;

/** A literal where one can stand: not after a value, where a slash divides. */
const LITERAL =
  /(?:[=(,:!&|?[{;]|=>|\breturn|^)\s*\/(?![*/])((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)/gm;

/** Those that see only what whoever runs the program, or builds it, has written. */
const OWN_WORDS = ["release/", "server/run/command_line.ts", "client/web/emoji/make_list.ts"];

Deno.test("regexps: none goes over its input again and again", () => {
  const slow: string[] = [];
  let seen = 0;
  for (const { path, text } of filesEndingIn(".ts", ".tsx")) {
    if (!/^(server|client)\//.test(path) || OWN_WORDS.some((own) => path.startsWith(own))) continue;
    for (const [, source, flags] of text.matchAll(LITERAL)) {
      const expression = readable(source!, flags!);
      if (!expression) continue;
      seen++;
      for (const input of inputsFor(source!)) {
        const began = performance.now();
        if (expression.global) input.replaceAll(expression, "");
        else expression.test(input);
        const took = performance.now() - began;
        if (took <= MS_MAX) continue;
        slow.push(`${path}: /${source}/ on ${JSON.stringify(input.slice(0, 8))}…: ${Math.round(took)} ms`);
        break;
      }
    }
  }
  assertEquals(slow, []);
  assertTrue(seen > 80, `${seen} were found`);
});

/** What only looked like one is none. */
function readable(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

/** Runs of the characters that it names, and of a few that its classes are likely to hold, with an end that fits nothing. */
function inputsFor(source: string): string[] {
  const named = source.replaceAll(/\\[a-zA-Z](?:\{[^}]*\})?/g, "").match(/[^\\[\]()?+*|^${}]/g) ?? [];
  const chars = [...new Set([...named.slice(0, 12), " ", "\n", "a", "0", ".", "\\", "\0"])];
  const runs = chars.flatMap((char) => [char.repeat(CHARS), `${char}a`.repeat(CHARS / 2)]);
  return runs.map((run) => `${run}\u0001 \u0001`);
}
