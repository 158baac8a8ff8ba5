/** A block of code: as wide as there is room, its language, and what can be done with it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../icon.tsx";
import { words } from "../words.ts";
import { knownPieces, piecesOf } from "./highlighting.ts";

interface CodeBlockProps {
  text: string;
  language: string;
}

export function CodeBlock({ text, language }: CodeBlockProps) {
  const wrapped = useSignal(false);
  const copied = useSignal(false);
  const pieces = useSignal(knownPieces(text, language));
  useEffect(() => {
    let isGone = false;
    pieces.value = knownPieces(text, language);
    copied.value = false;
    if (language !== "") void piecesOf(text, language).then((found) => isGone || (pieces.value = found));
    return () => isGone = true;
  }, [text, language]);
  const copy = async () => {
    // Without permission nothing is copied; the text can be marked.
    await navigator.clipboard.writeText(text).then(() => copied.value = true, () => {});
  };
  const copyLabel = copied.value ? words.codeCopied : words.copyCode;
  return (
    <div class="code" dir="ltr">
      <div class="code-head">
        <span>{language}</span>
        <button
          type="button"
          class="code-deed"
          aria-label={words.wrapLines}
          title={words.wrapLines}
          aria-pressed={wrapped.value}
          onClick={() => wrapped.value = !wrapped.value}
        >
          <Icon name="wrap" />
        </button>
        <button
          type="button"
          class="code-deed"
          aria-label={copyLabel}
          title={copyLabel}
          onClick={() => void copy()}
        >
          <Icon name={copied.value ? "check" : "copy"} />
        </button>
      </div>
      {/* A long line is scrolled to, with the keyboard as well. */}
      <pre
        dir="auto"
        tabIndex={0}
        class={wrapped.value ? "code-wrapped" : undefined}
        data-language={language || undefined}
      ><code>{pieces.value?.map(([piece, kind], index) => kind ? <span key={index} class={`code-${kind}`}>{piece}</span> : piece) ?? text}</code></pre>
    </div>
  );
}
