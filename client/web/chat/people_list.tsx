/** Everybody one can write to, once: who is online, then whom one has talked with. A click opens the private conversation. */
import { useSignal } from "@preact/signals";
import type { Target } from "../route.ts";
import { Icon } from "../icon.tsx";
import type { Chat } from "../state/chat.ts";
import type { Conversation } from "../state/conversation.ts";
import { nameKey } from "../state/target_key.ts";
import { SearchField } from "../search_field.tsx";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { FormerMark, GuestMark, StatusMark } from "./badges.tsx";
import { directoryOpen, writingToSeveral } from "../open_dialogs.ts";
import { TargetLink } from "./target_link.tsx";

/** More than these are shown on demand only, but for who has written. */
const SHOWN = 30;
/** From so many on there is a field to look for somebody. */
const SEARCHED_FROM = 8;
/** Older conversations are looked through too, as far as so many pages go. */
const SEARCHED_PAGES = 10;

export function PeopleList({ current }: { current: Target }) {
  const chat = useChat();
  const { people, conversations } = chat;
  const all = useSignal(false);
  const searched = useSignal("");
  const everybody = peopleOf(chat);
  const wanted = nameKey(searched.value.trim());
  const found = everybody.filter((each) => nameKey(each).includes(wanted));
  const formers = conversations.formers.value.filter(({ name }) => nameKey(name).includes(wanted));
  const shown = all.value || wanted !== ""
    ? found
    : found.filter((each, i) => i < SHOWN || hasWritten(chat, each));
  return (
    <section aria-labelledby="people-title">
      <Head several={everybody.length > 0} />
      {(everybody.length >= SEARCHED_FROM || conversations.older.value) && (
        <PeopleSearch
          value={searched.value}
          found={found.length + formers.length}
          onInput={(text) => searched.value = text}
        />
      )}
      {everybody.length === 0 && (
        <p class="sidebar-empty">{people.known.value ? words.nobodyElse : words.loading}</p>
      )}
      <ul>
        {shown.map((nickname) => <Someone key={nameKey(nickname)} nickname={nickname} current={current} />)}
        {shown.length === found.length &&
          formers.map((each) => <Former key={each.key} conversation={each} current={current} />)}
      </ul>
      {shown.length < found.length && (
        <button
          type="button"
          class="text-button"
          onClick={() => all.value = true}
        >
          {words.showAll(found.length)}
        </button>
      )}
      {shown.length === found.length && conversations.older.value && (
        <button
          type="button"
          class="text-button"
          onClick={() => void chat.attempt(() => conversations.loadOlder())}
        >
          {words.olderConversations}
        </button>
      )}
    </section>
  );
}

/** `several`: whether there is anybody to write to. */
function Head({ several }: { several: boolean }) {
  const chat = useChat();
  return (
    <header class="sidebar-head">
      <h2 id="people-title">{words.people}</h2>
      {!chat.guest && (
        <button
          type="button"
          class="icon-button icon-button-small"
          aria-label={words.directory}
          title={words.directory}
          onClick={() => directoryOpen.value = true}
        >
          <Icon name="people" />
        </button>
      )}
      {several && (
        <button
          type="button"
          class="icon-button icon-button-small"
          aria-label={words.writeToSeveral}
          title={words.writeToSeveral}
          onClick={() => writingToSeveral.value = true}
        >
          <Icon name="edit" />
        </button>
      )}
    </header>
  );
}

function Someone({ nickname, current }: { nickname: string; current: Target }) {
  const chat = useChat();
  return (
    <li>
      <TargetLink
        target={{ with: nickname }}
        current={current}
        mark={<Avatar nickname={nickname} online={chat.people.isOnline(nickname)} />}
        note={
          <>
            <StatusMark nickname={nickname} />
            <GuestMark guest={isGuest(chat, nickname)} />
          </>
        }
      />
    </li>
  );
}

/** Somebody whose nickname is another's now. */
function Former({ conversation, current }: { conversation: Conversation; current: Target }) {
  const { target, name } = conversation;
  return (
    <li>
      <TargetLink
        target={target}
        current={current}
        mark={<Avatar nickname={name} />}
        note={<FormerMark former />}
      />
    </li>
  );
}

interface PeopleSearchProps {
  value: string;
  found: number;
  onInput: (text: string) => void;
}

function PeopleSearch({ value, found, onInput }: PeopleSearchProps) {
  const chat = useChat();
  const loadAll = async () => {
    for (let page = 0; page < SEARCHED_PAGES && chat.conversations.older.peek(); page++) {
      await chat.conversations.loadOlder();
    }
  };
  return (
    <div class="people-search">
      <SearchField
        class="panel-search"
        label={words.findPerson}
        value={value}
        onFocus={() => void chat.load(loadAll)}
        onText={onInput}
      />
      <p class="unseen" role="status">{value.trim() !== "" && words.foundMembers(found)}</p>
    </div>
  );
}

/** Who is online, the last ones one talked with first, then who is not, in the same order. */
export function peopleOf({ people, conversations, nickname: me }: Chat): string[] {
  const privates = conversations.privates.value;
  // Looking at somebody who is here moves nobody in the list.
  const talked = privates.filter((each) => each.summary.at.value > 0 && people.isOnline(each.name));
  const known = new Set([nameKey(me), ...talked.map((each) => nameKey(each.name))]);
  const others = people.online.value.filter((nickname) => !known.has(nameKey(nickname)));
  const away = privates.filter((each) => !people.isOnline(each.name));
  return [...talked.map((each) => each.name), ...others, ...away.map((each) => each.name)];
}

/** Whether a nickname is a guest's, or was when one talked with them. */
export function isGuest({ people, conversations }: Chat, nickname: string): boolean {
  if (people.isOnline(nickname)) return people.isGuest(nickname);
  return people.isGuest(nickname) || conversations.find({ with: nickname })?.summary.guest.value === true;
}

function hasWritten({ conversations }: Chat, nickname: string): boolean {
  return (conversations.find({ with: nickname })?.unread.value ?? 0) > 0;
}
