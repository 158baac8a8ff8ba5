/** Everybody with an account, and the guests who are here: whom one can write to first. */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ListedPerson } from "../../../server/core/shared/profile.ts";
import { Avatar } from "../chat/avatar.tsx";
import { GuestMark, statusInWords } from "../chat/badges.tsx";
import { useChat } from "../chat/chat_context.ts";
import { faultWords } from "../fault_words.ts";
import { directoryOpen } from "../open_dialogs.ts";
import { hrefOf } from "../route.ts";
import { nameKey } from "../state/target_key.ts";
import { SearchField } from "../search_field.tsx";
import { words } from "../words.ts";

const LOOK_AFTER_MS = 200;
const PAGE = 50;

function close(): void {
  directoryOpen.value = false;
}

export function Directory() {
  const { people } = useChat();
  const text = useSignal("");
  const { found, more, error, loadMore } = usePages(text.value.trim());
  const wanted = useComputed(() => nameKey(text.value.trim()));
  const guests = people.online.value.filter((each) =>
    people.isGuest(each) && nameKey(each).includes(wanted.value)
  );
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <>
      <SearchField
        field={input}
        class="panel-search"
        label={words.findAnybody}
        value={text.value}
        onText={(typed) => text.value = typed}
      />
      <p class="unseen" role="status">{found && words.peopleShown(found.length)}</p>
      {error && <p class="form-error" role="alert">{error()}</p>}
      {found?.length === 0 && <p class="panel-empty">{words.nobodyFound}</p>}
      <ul class="directory-list">
        {found?.map((each) => <Listed key={each.person} person={each} />)}
      </ul>
      {more && <button type="button" class="text-button" onClick={loadMore}>{words.showMorePeople}</button>}
      {guests.length > 0 && (
        <section aria-labelledby="guests-title">
          <h3 id="guests-title" class="directory-title">{words.onlineGuests}</h3>
          <ul class="directory-list">
            {guests.map((nickname) => (
              <Listed key={nickname} person={{ nickname, person: nickname, guest: true, online: true }} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Listed({ person }: { person: ListedPerson }) {
  const { nickname: me, people } = useChat();
  const { nickname, guest } = person;
  const online = people.isOnline(nickname);
  const mine = nameKey(nickname) === nameKey(me);
  const line = (
    <>
      <Avatar nickname={nickname} online={online} />
      <span class="place-name" dir="auto">
        {nickname}
        <small class="place-topic">{statusInWords(person) || (online ? words.online : words.offline)}</small>
      </span>
      {mine && <span class="place-note">{words.you}</span>}
      <GuestMark guest={guest === true} />
    </>
  );
  return (
    <li>
      {mine ? <span class="place">{line}</span> : (
        <a
          class="place"
          href={hrefOf({ at: "conversation", target: { with: nickname } })}
          onClick={close}
        >
          {line}
        </a>
      )}
    </li>
  );
}

/** The pages of those whose nickname has a text in it, as far as one has asked for them. */
function usePages(text: string) {
  const { connection } = useChat();
  const found = useSignal<readonly ListedPerson[] | undefined>(undefined);
  const next = useSignal<string | null>(null);
  const error = useSignal<(() => string) | undefined>(undefined);
  const asked = useRef("");
  const load = async (after?: string) => {
    asked.current = text;
    try {
      const page = await connection.ask("people", {
        text,
        limit: PAGE,
        ...(after !== undefined && { after }),
      });
      // Something else is looked for by now.
      if (asked.current !== text) return;
      found.value = after === undefined ? page.people : [...found.value ?? [], ...page.people];
      next.value = page.next;
      error.value = undefined;
    } catch (thrown) {
      error.value = () => faultWords(thrown);
    }
  };
  useEffect(() => {
    // A name is typed in several strokes, and is looked for once.
    const later = setTimeout(() => void load(), text === "" ? 0 : LOOK_AFTER_MS);
    return () => clearTimeout(later);
  }, [text]);
  return {
    found: found.value,
    more: next.value !== null,
    error: error.value,
    loadMore: () => void load(next.peek() ?? undefined),
  };
}
