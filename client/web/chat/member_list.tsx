/**
 * Who is in a room: whoever is here before who is not; its owners first, then its moderators, oneself, everybody by
 * name. What one may do about somebody is in their menu.
 */
import { useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import type { RoomState } from "../../../server/core/shared/commands.ts";
import { isAtLeast, type Role } from "../../../server/core/shared/room_settings.ts";
import { inviting, invitingByLink } from "../open_dialogs.ts";
import { ActionMenu, type MenuAction } from "../action_menu.tsx";
import { Icon } from "../icon.tsx";
import { byName } from "../language.ts";
import { deedsAbout } from "../rooms/member_deeds.ts";
import { membersInWords } from "../rooms/members_in_words.ts";
import { hrefOf } from "../route.ts";
import { placeOf } from "../state/rooms.ts";
import { nameKey } from "../state/target_key.ts";
import { SearchField } from "../search_field.tsx";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { GuestMark, StatusMark } from "./badges.tsx";
import { useChat } from "./chat_context.ts";
import { MeasureLists } from "./kicks.tsx";

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
  const { rooms, nickname: me } = useChat();
  const searched = useSignal("");
  const state = rooms.state(room);
  const compare = byName.value;
  const ordered = useMemo(
    () =>
      state && [state.members, state.absent ?? []].map((each) => inOrder(state, each, nameKey(me), compare)),
    [state, me, compare],
  );
  if (!state || !ordered) return <p class="panel-empty">{words.loading}</p>;
  const wanted = nameKey(searched.value.trim());
  const [here = [], absent = []] = wanted === ""
    ? ordered
    : ordered.map((each) => each.filter((nickname) => nameKey(nickname).includes(wanted)));
  const shown = here.slice(0, SHOWN);
  const shownAbsent = absent.slice(0, SHOWN - shown.length);
  const hidden = here.length + absent.length - shown.length - shownAbsent.length;
  const keepsOrder = isAtLeast(state.role ?? "member", "moderator");
  const list = (nicknames: readonly string[]) => (
    <ul>
      {nicknames.map((nickname) => (
        <Member
          key={nickname}
          state={state}
          nickname={nickname}
          onGone={onGone}
        />
      ))}
    </ul>
  );
  return (
    <>
      {keepsOrder && (
        <button
          type="button"
          class="text-button panel-deed"
          onClick={() => inviting.value = room}
        >
          <Icon name="plus" />
          {words.inviteSomebody}
        </button>
      )}
      {(keepsOrder || !state.private) && <LinkButton room={room} />}
      {state.members.length + (state.absent?.length ?? 0) >= SEARCHED_FROM && (
        <SearchField
          class="panel-search"
          label={words.findMember}
          value={searched.value}
          onText={(text) => searched.value = text}
        />
      )}
      <p class="panel-count" role="status">
        {searched.value ? words.foundMembers(here.length + absent.length) : membersInWords(state)}
      </p>
      {list(shown)}
      {shownAbsent.length > 0 && <h3 class="panel-count">{words.notOnline}</h3>}
      {list(shownAbsent)}
      {hidden > 0 && <p class="panel-empty">{words.moreMembers(hidden)}</p>}
      {state.more_absent !== undefined && <p class="panel-empty">{words.moreAbsent(state.more_absent)}</p>}
      {(keepsOrder || isOwner(state, me)) && <MeasureLists room={room} state={state} />}
    </>
  );
}

/** The way to a link that leads into the room. */
function LinkButton({ room }: { room: string }) {
  if (!useChat().mayInvite.value) return null;
  return (
    <button type="button" class="text-button panel-deed" onClick={() => invitingByLink.value = { room }}>
      <Icon name="link" />
      {words.inviteByLink}
    </button>
  );
}

/** Whether an open room is theirs: a guest has no place in it, and may put out others all the same. */
function isOwner({ owner }: RoomState, nickname: string): boolean {
  return owner !== null && nameKey(owner) === nameKey(nickname);
}

interface MemberProps {
  state: RoomState;
  nickname: string;
  onGone: () => void;
}

function Member({ state, nickname, onGone }: MemberProps) {
  const chat = useChat();
  const { people } = chat;
  const isMe = nameKey(nickname) === nameKey(chat.nickname);
  const line = (
    <>
      <Avatar nickname={nickname} online={people.isOnline(nickname)} />
      <span class="place-name" dir="auto">{nickname}</span>
      {isMe && <span class="place-note">{words.you}</span>}
      <StatusMark nickname={nickname} />
      <GuestMark guest={people.isGuest(nickname)} />
      <PlaceMark place={placeOf(state, nickname)} />
    </>
  );
  const deeds = deedsAbout(chat, state, nickname);
  return (
    <li class="member">
      {isMe
        ? <span class="place">{line}</span>
        : (
          <a class="place" href={hrefOf({ at: "conversation", target: { with: nickname } })} onClick={onGone}>
            {line}
          </a>
        )}
      {deeds.length > 0 && <MemberMenu nickname={nickname} deeds={deeds} />}
    </li>
  );
}

function PlaceMark({ place }: { place: Role }) {
  return place === "member" ? null : <span class={`member-${place}`}>{words.places[place]}</span>;
}

function MemberMenu({ nickname, deeds }: { nickname: string; deeds: readonly MenuAction[] }) {
  const button = useRef<HTMLButtonElement>(null);
  const open = useSignal(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button icon-button-small"
        aria-label={words.moreAbout(nickname)}
        title={words.moreAbout(nickname)}
        aria-haspopup="menu"
        aria-expanded={open.value}
        onClick={() => open.value = true}
      >
        <Icon name="more" />
      </button>
      {open.value && (
        <ActionMenu
          label={words.moreAbout(nickname)}
          anchor={() => button.current}
          actions={deeds}
          onClose={() => open.value = false}
        />
      )}
    </>
  );
}

const RANK: Readonly<Record<Role, number>> = { owner: 0, moderator: 1, member: 3 };

function inOrder(
  state: RoomState,
  nicknames: readonly string[],
  me: string,
  compare: (a: string, b: string) => number,
): string[] {
  const rank = (nickname: string) => {
    const { [placeOf(state, nickname)]: place } = RANK;
    return place === RANK.member && nameKey(nickname) === me ? place - 1 : place;
  };
  const ranked = nicknames.map((nickname) => ({ nickname, rank: rank(nickname) }));
  return ranked.sort((a, b) => a.rank - b.rank || compare(a.nickname, b.nickname))
    .map(({ nickname }) => nickname);
}
