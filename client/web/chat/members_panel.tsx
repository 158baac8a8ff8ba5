/** Who is in a room; a click on somebody opens the private conversation. */
import { Icon } from "../icon.tsx";
import { hrefOf } from "../route.ts";
import { nameKey } from "../state/place_key.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { WIDE } from "./breakpoints.ts";
import { useChat } from "./chat_context.ts";

export function MembersPanel({ room, onClose }: { room: string; onClose: () => void }) {
  const { rooms, nickname: me } = useChat();
  const state = rooms.state(room);
  const leaveDrawer = () => {
    if (!matchMedia(WIDE).matches) onClose();
  };
  return (
    <aside class="panel" aria-label={words.members}>
      <header>
        <h2>{words.members}</h2>
        <button type="button" class="icon-button" aria-label={words.hideMembers} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <ul onClick={leaveDrawer}>
        {state?.members.map((nickname) => (
          <li key={nickname}>
            <Member
              nickname={nickname}
              me={nameKey(nickname) === nameKey(me)}
              owner={state.owner !== null && nameKey(state.owner) === nameKey(nickname)}
            />
          </li>
        ))}
      </ul>
    </aside>
  );
}

function Member({ nickname, me, owner }: { nickname: string; me: boolean; owner: boolean }) {
  const marks = [me && words.you, owner && words.owner].filter(Boolean).join(", ");
  const line = (
    <>
      <Avatar nickname={nickname} />
      <span class="place-name">{nickname}</span>
      {marks && <span class={owner ? "place-note member-owner" : "place-note"}>{marks}</span>}
    </>
  );
  if (me) return <span class="place">{line}</span>;
  return <a class="place" href={hrefOf({ at: "place", place: { with: nickname } })}>{line}</a>;
}
