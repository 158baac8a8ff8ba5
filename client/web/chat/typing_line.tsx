/** Who is writing just now, under the messages. */
import type { Conversation } from "../state/conversation.ts";
import { words } from "../words.ts";

const NAMED_MAX = 2;

export function TypingLine({ conversation }: { conversation: Conversation }) {
  const { value: names } = conversation.typists.names;
  if (names.length === 0) return null;
  return (
    <p class="typing-line">
      <span class="typing-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {names.length > NAMED_MAX ? words.manyType(names.length) : words.type(names.join(", "), names.length)}
    </p>
  );
}
