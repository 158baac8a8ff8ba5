/** Going to a room or person by a few letters of the name. */
import { hasUnread, isComposing, keysOpen, targetsOf } from "./use_shortcuts.ts";
import { useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { Dialog } from "../dialog.tsx";
import { RoomIcon } from "../rooms/room_marks.tsx";
import { go, type Target } from "../route.ts";
import type { Chat } from "../state/chat.ts";
import { isFormer, nameKey, targetKey, targetName } from "../state/target_key.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { FormerMark } from "./badges.tsx";

const SHOWN = 12;

export function Switcher({ current }: { current: Target }) {
  return keysOpen.value === "switcher" ? <SwitcherDialog current={current} /> : null;
}

function SwitcherDialog({ current }: { current: Target }) {
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
  const pick = (target: Target | undefined) => {
    if (!target) return;
    close();
    go({ at: "conversation", target });
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
        {found.map((target, index) => (
          <li
            key={targetKey(target)}
            id={`${id}-${index}`}
            class="place"
            role="option"
            aria-selected={index === active}
            onClick={() => pick(target)}
          >
            <Line target={target} />
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="search-status" role="status">{words.goToNothing}</p>}
    </Dialog>
  );
}

function Line({ target }: { target: Target }) {
  const chat = useChat();
  return (
    <>
      {"room" in target ? <RoomIcon room={target.room} /> : (
        <Avatar
          nickname={target.with}
          online={!isFormer(target) && chat.people.isOnline(target.with)}
        />
      )}
      <span class="place-name">{targetName(target)}</span>
      <FormerMark former={isFormer(target)} />
      {!chat.isIn(target) && <span class="place-note">{words.notJoined}</span>}
      {hasUnread(chat, target) && <span class="place-note">{unreadOf(chat, target)}</span>}
    </>
  );
}

/** What begins with it before what only has it; where something is unread before the rest; rooms to join at the end. */
function find(chat: Chat, current: Target, wanted: string): Target[] {
  const others = chat.rooms.others.value.map(({ room }) => ({ room }));
  const targets = [...targetsOf(chat), ...others].filter((each) => targetKey(each) !== targetKey(current));
  const rank = (target: Target) => {
    const key = nameKey(targetName(target));
    if (!key.includes(wanted)) return -1;
    return (key.startsWith(wanted) ? 0 : 2) + (hasUnread(chat, target) ? 0 : 1);
  };
  return targets.map((target) => ({ target, rank: rank(target) })).filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank).slice(0, SHOWN).map(({ target }) => target);
}

function unreadOf({ conversations }: Chat, target: Target): string {
  return words.unread(words.number(conversations.find(target)?.unread.value ?? 0));
}
