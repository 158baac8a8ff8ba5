/**
 * Marks that nobody sees and that turn what is read around: a text must not look like another one, and turn nothing of
 * what stands behind it. What it says is left as it is; only what is shown comes through here.
 */

const FORCED = /[\u202a-\u202e]/gu;
const ISOLATES = /[\u2066-\u2069]/gu;
const END = "\u2069";

/** A text without embeddings and overrides, and with every isolate ended within it. */
export function unturned(text: string): string {
  let open = 0;
  const inner = text.replaceAll(FORCED, "").replaceAll(ISOLATES, (mark) => {
    if (mark !== END) open++;
    else if (open === 0) return ""; // it would end what begins before the text
    else open--;
    return mark;
  });
  return inner + END.repeat(open);
}
