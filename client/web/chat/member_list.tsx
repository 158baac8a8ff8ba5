/** Who is in a room: its owner first, oneself, then everybody by name. The owner may put somebody out. */
import { useSignal } from "@preact/signals";
import { Icon } from "../icon.tsx";
import { locale } from "../language.ts";
import { hrefOf } from "../route.ts";
import { nameKey } from "../state/target_key.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { GuestMark, StatusMark } from "./badges.tsx";
import { useChat } from "./chat_context.ts";
import { KickedList, kicking } from "./kicks.tsx";

/** More than these are looked for by their names. */
const SHOWN = 100;
/** From so many on there is a field to look for somebody. */
const SEARCHED_FROM = 15;

interface MemberListProps {
  room: string;
  /** Somebody was chosen, and the page shows the conversation with them. */
  onGone: () => void;
}

export function MemberList({ room, onGone }: MemberListProps) {
  const { rooms, people, nickname: me } = useChat();
  const searched = useSignal("");
  const state = rooms.state(room);
  if (!state) return <p class="panel-empty">{words.loading}</p>;
  const owner = state.owner === null ? "" : nameKey(state.owner);
  const members = inOrder(state.members, owner, nameKey(me));
  const found = members.filter((each) => nameKey(each).includes(nameKey(searched.value.trim())));
  const shown = found.slice(0, SHOWN);
  const mayKick = owner === nameKey(me);
  return (
    <>
      {members.length >= SEARCHED_FROM && (
        <input
          class="panel-search"
          type="search"
          dir="auto"
          aria-label={words.findMember}
          placeholder={words.findMember}
          value={searched.value}
          onInput={(event) => searched.value = event.currentTarget.value}
        />
      )}
      <p class="panel-count" role="status">
        {searched.value ? words.foundMembers(found.length) : words.memberCount(members.length)}
      </p>
      <ul>
        {shown.map((nickname) => (
          <li key={nickname} class="member">
            <Member
              nickname={nickname}
              me={nameKey(nickname) === nameKey(me)}
              guest={people.isGuest(nickname)}
              owner={nameKey(nickname) === owner}
              online={people.isOnline(nickname)}
              onGone={onGone}
            />
            {mayKick && nameKey(nickname) !== nameKey(me) && (
              <button
                type="button"
                class="icon-button icon-button-small"
                aria-label={words.kickOut(nickname)}
                title={words.kickOut(nickname)}
                onClick={() => kicking.value = { room, nickname }}
              >
                <Icon name="kick" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {shown.length < found.length && <p class="panel-empty">{words.moreMembers(found.length - SHOWN)}</p>}
      {mayKick && <KickedList room={room} state={state} />}
    </>
  );
}

interface MemberProps {
  nickname: string;
  me: boolean;
  guest: boolean;
  owner: boolean;
  online: boolean;
  onGone: () => void;
}

function Member({ nickname, me, guest, owner, online, onGone }: MemberProps) {
  const line = (
    <>
      <Avatar nickname={nickname} online={online} />
      <span class="place-name" dir="auto">{nickname}</span>
      {me && <span class="place-note">{words.you}</span>}
      <StatusMark nickname={nickname} />
      <GuestMark guest={guest} />
      {owner && <span class="member-owner">{words.owner}</span>}
    </>
  );
  if (me) return <span class="place">{line}</span>;
  return (
    <a class="place" href={hrefOf({ at: "conversation", target: { with: nickname } })} onClick={onGone}>
      {line}
    </a>
  );
}

function inOrder(members: readonly string[], owner: string, me: string): string[] {
  const names = new Intl.Collator(locale.value);
  const rank = (name: string) => nameKey(name) === owner ? 0 : nameKey(name) === me ? 1 : 2;
  return members.toSorted((a, b) => rank(a) - rank(b) || names.compare(a, b));
}
