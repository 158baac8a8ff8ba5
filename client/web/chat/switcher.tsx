/** Going to a room or person by a few letters of the name. */
import { isComposing } from "../composing.ts";
import { useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { Dialog } from "../dialog.tsx";
import { Icon } from "../icon.tsx";
import { go, type Place } from "../route.ts";
import type { Chat } from "../state/chat.ts";
import { isFormer, nameKey, placeKey, placeName } from "../state/target_key.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { FormerMark } from "./former_mark.tsx";
import { hasUnread, keysOpen, placesOf } from "./use_shortcuts.ts";

const SHOWN = 12;

export function Switcher({ current }: { current: Place }) {
  return keysOpen.value === "switcher" ? <SwitcherDialog current={current} /> : null;
}

function SwitcherDialog({ current }: { current: Place }) {
  const chat = useChat();
  const query = useSignal("");
  const at = useSignal(0);
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const found = find(chat, current, nameKey(query.value.trim()));
  const active = Math.min(at.value, found.length - 1);
  useEffect(() => void chat.rooms.refresh().catch(() => {}), []);
  useLayoutEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const close = () => keysOpen.value = "none";
  const pick = (place: Place | undefined) => {
    if (!place) return;
    close();
    go({ at: "place", place });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") pick(found[active]);
    else if (step !== undefined && found.length > 0) at.value = (active + step + found.length) % found.length;
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={words.goTo} look="switcher" onClose={close}>
      <input
        autofocus
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-label={words.goToName}
        placeholder={words.goToName}
        aria-autocomplete="list"
        aria-expanded={found.length > 0}
        aria-controls={id}
        aria-activedescendant={found.length > 0 ? `${id}-${active}` : undefined}
        value={query.value}
        onInput={(event) => {
          query.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={id} ref={list} class="switcher-list" role="listbox" aria-label={words.goTo}>
        {found.map((place, index) => (
          <li
            key={placeKey(place)}
            id={`${id}-${index}`}
            class="place"
            role="option"
            aria-selected={index === active}
            onClick={() => pick(place)}
          >
            <Line place={place} />
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="search-status" role="status">{words.goToNothing}</p>}
    </Dialog>
  );
}

function Line({ place }: { place: Place }) {
  const chat = useChat();
  return (
    <>
      {"room" in place ? <Icon name="hash" /> : (
        <Avatar
          nickname={place.with}
          online={!isFormer(place) && chat.people.isOnline(place.with)}
        />
      )}
      <span class="place-name">{placeName(place)}</span>
      <FormerMark former={isFormer(place)} />
      {!chat.isIn(place) && <span class="place-note">{words.notJoined}</span>}
      {hasUnread(chat, place) && <span class="place-note">{unreadOf(chat, place)}</span>}
    </>
  );
}

/** What begins with it before what only has it; where something is unread before the rest; rooms to join at the end. */
function find(chat: Chat, current: Place, wanted: string): Place[] {
  const others = chat.rooms.others.value.map(({ room }) => ({ room }));
  const places = [...placesOf(chat), ...others].filter((each) => placeKey(each) !== placeKey(current));
  const rank = (place: Place) => {
    const key = nameKey(placeName(place));
    if (!key.includes(wanted)) return -1;
    return (key.startsWith(wanted) ? 0 : 2) + (hasUnread(chat, place) ? 0 : 1);
  };
  return places.map((place) => ({ place, rank: rank(place) })).filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank).slice(0, SHOWN).map(({ place }) => place);
}

function unreadOf({ conversations }: Chat, place: Place): string {
  return words.unread(words.number(conversations.find(place)?.unread.value ?? 0));
}
