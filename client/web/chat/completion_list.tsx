/** What the word at the caret can become. The focus stays in the field; a press takes one as well. */
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import type { Completion } from "./use_completion.ts";

export function CompletionList({ id, completion }: { id: string; completion: Completion }) {
  return (
    <div class="completion" role="listbox" id={id} aria-label={words.completions}>
      {completion.options.map((option, index) => (
        <div
          key={option.text}
          id={`${id}-${index}`}
          role="option"
          class="completion-option"
          aria-selected={index === completion.active}
          // Before the field loses the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            completion.pick(option);
          }}
        >
          {option.nickname !== undefined && <Avatar nickname={option.nickname} />}
          {option.emoji !== undefined && (
            <span class="completion-emoji" aria-hidden="true">{option.emoji}</span>
          )}
          <span>{option.label}</span>
        </div>
      ))}
    </div>
  );
}
