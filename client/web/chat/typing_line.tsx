/** Who is writing just now, under the messages. */
import type { Conversation } from "../state/conversation.ts";
import { personInWords, words } from "../words.ts";
import { useChat } from "./chat_context.ts";

const NAMED_MAX = 2;

export function TypingLine({ conversation }: { conversation: Conversation }) {
  const { people } = useChat();
  const { value: names } = conversation.typists.names;
  if (names.length === 0) return null;
  return (
    <p class="typing-line">
      <span class="typing-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {names.length > NAMED_MAX
        ? words.manyType(names.length)
        : words.type(names.map((each) => personInWords(each, people.isGuest(each))))}
    </p>
  );
}
