/** Looking for something that was said, here or everywhere; a press on what was found goes there. */
import { authorOf } from "../../../server/core/shared/events.ts";
import { useSignal } from "@preact/signals";
import type { TargetedKeyboardEvent } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { searching } from "../open_dialogs.ts";
import { go, type Target } from "../route.ts";
import { Segmented } from "../segmented.tsx";
import { isFormer, nameKey, targetName } from "../state/target_key.ts";
import { type Found as FoundMessage, Search, targetOf } from "../state/search.ts";
import { SearchField } from "../search_field.tsx";
import { authorInWords, words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { FormerMark } from "./badges.tsx";
import { FoundText } from "./found_text.tsx";
import { dayAndTimeOf, Time } from "./time.tsx";

const ASK_AFTER_MS = 200;

/** `target`: the conversation where one began to look. */
export function SearchIn({ target }: { target: Target }) {
  const chat = useChat();
  const query = useSignal("");
  const scope = useSignal<"here" | "everywhere">("here");
  const search = useMemo(() => new Search(chat.connection), [chat]);
  const within = scope.value === "here" ? target : undefined;
  useEffect(() => {
    const timer = setTimeout(() => void search.ask(query.value, within), ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [query.value, scope.value]);
  const goTo = (message: FoundMessage) => {
    const there = targetOf(message, chat.nickname);
    searching.value = undefined;
    go({ at: "conversation", target: there });
    void chat.attempt(() => chat.conversations.open(there).goTo(message.id));
  };
  const found = search.found.value;
  return (
    <>
      <SearchField
        label={words.searchFor}
        value={query.value}
        onText={(text) => query.value = text}
        autofocus
        onKeyDown={closeOnEscape}
      />
      <Segmented
        label={words.searchWhere}
        options={[{ value: "here", label: targetName(target) }, {
          value: "everywhere",
          label: words.everywhere,
        }]}
        chosen={scope.value}
        onChoose={(chosen) => scope.value = chosen}
      />
      <p class="search-status" role="status">
        {search.trouble.value ||
          (found
            ? words.found(found.length, search.more.value)
            : search.busy.value
            ? words.loading
            : words.searchHint)}
      </p>
      {found && found.length > 0 && (
        <ul class="search-found">
          {found.map((message) => (
            <li key={message.id}>
              <Found
                message={message}
                query={query.value}
                withTarget={!within}
                onPress={() => goTo(message)}
              />
            </li>
          ))}
        </ul>
      )}
      {search.more.value && (
        <button
          type="button"
          class="button button-quiet"
          aria-disabled={search.busy.value}
          onClick={() => search.busy.value || void search.older(query.value, within)}
        >
          {words.olderFound}
        </button>
      )}
    </>
  );
}

/** A browser's own search field would only be emptied. */
function closeOnEscape({ key, currentTarget }: TargetedKeyboardEvent<HTMLInputElement>): void {
  if (key === "Escape") currentTarget.closest("dialog")?.close();
}

interface FoundProps {
  message: FoundMessage;
  query: string;
  withTarget: boolean;
  onPress(): void;
}

function Found({ message, query, withTarget, onPress }: FoundProps) {
  const { nickname: me, blocks } = useChat();
  const { from, at } = message;
  const target = targetOf(message, me);
  const where = "room" in target
    ? `# ${target.room}`
    : nameKey(target.with) === nameKey(authorOf(message))
    ? ""
    : `→ ${target.with}`;
  return (
    <button type="button" class="found" onClick={onPress}>
      <Avatar nickname={authorOf(message)} />
      <span class="found-head">
        <strong dir="auto">{authorInWords(from)}</strong> <FormerMark former={isFormer(target)} />{" "}
        {withTarget && where && <span dir="auto">{where}</span>}
        <Time at={at}>{dayAndTimeOf(at)}</Time>
      </span>
      <span class="found-text" dir="auto">
        {blocks.has(authorOf(message)) ? words.folded : <FoundText message={message} query={query} />}
      </span>
    </button>
  );
}
