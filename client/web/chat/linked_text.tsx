/** Text as it was written, with its web addresses as links. */

const ADDRESS = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?'()[\]{}]/giu;

export function LinkedText({ text }: { text: string }) {
  return (
    <>
      {piecesOf(text).map((piece, i) =>
        piece.link
          ? <a key={i} href={piece.text} target="_blank" rel="noopener noreferrer">{piece.text}</a>
          : piece.text
      )}
    </>
  );
}

/** Cuts a text into addresses and what is between them. */
export function piecesOf(text: string): { text: string; link: boolean }[] {
  const pieces: { text: string; link: boolean }[] = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    if (!URL.canParse(found[0])) continue;
    if (found.index > end) pieces.push({ text: text.slice(end, found.index), link: false });
    pieces.push({ text: found[0], link: true });
    end = found.index + found[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), link: false });
  return pieces;
}
