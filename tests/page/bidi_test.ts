/** Names within the page's sentences: what turns nothing stays as it is, anything else is kept apart, whatever it holds. */
import fc from "fast-check";
import { bidiIsolated } from "../../client/web/words/bidi.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("isolated: only what could turn a sentence is kept apart from it", () => {
  for (const plain of ["bob", "Ada 2", "小芳", "Ωmega", "👩‍👩‍👧", "a\u202fb", "", "(x)"]) {
    assertEquals(bidiIsolated(plain), plain);
  }
  for (const turning of ["דני", "مريم 5", "\u200fx", "ߒߞߏ"]) {
    assertEquals(bidiIsolated(turning), `\u2068${turning}\u2069`);
  }
  // What only turns others is not obeyed at all.
  assertEquals(bidiIsolated("a \u202ebc"), "\u2068a bc\u2069");
});

Deno.test("isolated: no text ends its own isolation early, or goes on behind it", () => {
  assertEquals(bidiIsolated("א\u2069b"), "\u2068אb\u2069");
  assertEquals(bidiIsolated("\u2067א"), "\u2068\u2067א\u2069\u2069");
  assertEquals(bidiIsolated(`${bidiIsolated("דני")} (guest)`), "\u2068\u2068דני\u2069 (guest)\u2069");
  const text = fc.string({ unit: fc.constantFrom("a", "א", " ", "\u2066", "\u2067", "\u2068", "\u2069") });
  fc.assert(fc.property(text, (given) => {
    let depth = 0;
    const shown = bidiIsolated(given);
    [...shown].forEach((mark, at) => {
      if (/[\u2066-\u2068]/.test(mark)) depth++;
      if (mark === "\u2069") depth--;
      const last = at === shown.length - 1;
      if (/[\u2066-\u2069א]/.test(shown)) assertEquals(depth > 0, !last, JSON.stringify([given, shown]));
    });
  }));
});
