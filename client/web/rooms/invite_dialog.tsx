/** Letting somebody with an account come into a room, online or not: by a few letters of their nickname. */
import { useSignal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { useEffect, useId } from "preact/hooks";
import { Avatar } from "../chat/avatar.tsx";
import { useChat } from "../chat/chat_context.ts";
import { isComposing } from "../chat/use_shortcuts.ts";
import { faultWords } from "../fault_words.ts";
import { nameKey } from "../state/target_key.ts";
import { words } from "../words.ts";

const SHOWN = 6;
const LOOK_AFTER_MS = 150;

export function InviteInto({ room }: { room: string }) {
  const { rooms } = useChat();
  const text = useSignal("");
  const error = useSignal<(() => string) | undefined>(undefined);
  const invited = useSignal<readonly string[]>([]);
  const found = usePeople(text.value, room);
  const id = useId();
  const active = useSignal(-1);
  const list = `${id}-list`;
  const invite = async (nickname: string) => {
    error.value = undefined;
    try {
      await rooms.invite(room, nickname);
      invited.value = [...invited.value.filter((each) => each !== nickname), nickname];
      text.value = "";
    } catch (thrown) {
      error.value = () => faultWords(thrown);
    }
  };
  const submit = (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    const nickname = found[active.value] ?? text.value.trim();
    if (nickname !== "") void invite(nickname);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || found.length === 0 || isComposing(event)) return;
    event.preventDefault();
    active.value = (Math.max(active.value, step < 0 ? 0 : -1) + step + found.length) % found.length;
  };
  return (
    <form class="form" onSubmit={submit} aria-label={words.inviteInto(room)}>
      <div class="field">
        <label for={id}>{words.inviteWhom}</label>
        <input
          id={id}
          dir="auto"
          autofocus
          autocomplete="off"
          spellcheck={false}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={found.length > 0}
          aria-controls={found.length > 0 ? list : undefined}
          aria-activedescendant={found[active.value] === undefined ? undefined : `${list}-${active.value}`}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            error.value = undefined;
            active.value = -1;
          }}
          onKeyDown={onKeyDown}
        />
        <p class="field-hint">{words.inviteHint}</p>
      </div>
      {found.length > 0 && <Found id={list} names={found} active={active.value} onPick={invite} />}
      {error.value && <p class="form-error" role="alert">{error.value()}</p>}
      <p class="field-hint" role="status">
        {invited.value.length > 0 && words.invitedNow(words.namesOf(invited.value))}
      </p>
      <button class="button" type="submit" disabled={text.value.trim() === "" && active.value === -1}>
        {words.inviteThem}
      </button>
    </form>
  );
}

interface FoundProps {
  id: string;
  names: readonly string[];
  active: number;
  onPick(nickname: string): Promise<void>;
}

function Found({ id, names, active, onPick }: FoundProps) {
  const { people } = useChat();
  return (
    <ul id={id} role="listbox" class="switcher-list" aria-label={words.completions}>
      {names.map((nickname, index) => (
        <li
          key={nickname}
          id={`${id}-${index}`}
          class="place"
          role="option"
          aria-selected={index === active}
          onClick={() => void onPick(nickname)}
        >
          <Avatar nickname={nickname} online={people.isOnline(nickname)} />
          <span class="place-name" dir="auto">{nickname}</span>
        </li>
      ))}
    </ul>
  );
}

/** Those whose nickname has this in it, and who are not in the room yet. */
function usePeople(text: string, room: string): readonly string[] {
  const { connection, rooms } = useChat();
  const found = useSignal<readonly string[]>([]);
  const wanted = nameKey(text.trim());
  useEffect(() => {
    found.value = [];
    if (wanted === "") return;
    let isOver = false;
    const later = setTimeout(async () => {
      const { people } = await connection.ask("people", { text: wanted }).catch(() => ({ people: [] }));
      const { members = [], absent = [] } = rooms.state(room) ?? {};
      const inside = new Set([...members, ...absent].map(nameKey));
      const others = people.map(({ nickname }) => nickname).filter((each) => !inside.has(nameKey(each)));
      if (!isOver) found.value = others.slice(0, SHOWN);
    }, LOOK_AFTER_MS);
    return () => {
      isOver = true;
      clearTimeout(later);
    };
  }, [wanted]);
  return found.value;
}
