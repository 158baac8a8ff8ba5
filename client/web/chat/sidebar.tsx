/** Everywhere one can go: rooms, people; and who one is. Alone on a phone it is the page itself. */
import { Icon, Logo } from "../icon.tsx";
import { route, type Target } from "../route.ts";
import { words } from "../words.ts";
import { onePane } from "./page_layout.ts";
import { PeopleList } from "./people_list.tsx";
import { useChat } from "./chat_context.ts";
import { EphemeralMark, statusInWords } from "./badges.tsx";
import { administering, enteringRoom, profileOpen, settingsOpen } from "../open_dialogs.ts";
import { TargetLink } from "./target_link.tsx";
import { Avatar } from "./avatar.tsx";
import { InviteList } from "../rooms/invite_list.tsx";
import { RoomIcon, RoomMarks } from "../rooms/room_marks.tsx";

export function Sidebar({ current }: { current: Target }) {
  const lists = (
    <>
      <InviteList />
      <RoomList current={current} />
      <PeopleList current={current} />
    </>
  );
  if (onePane.value && route.value.at !== "conversation") {
    return (
      <main class="sidebar">
        <header class="sidebar-brand">
          <Logo />
          <h1>{words.product}</h1>
        </header>
        <nav class="sidebar-lists" aria-label={words.conversations}>{lists}</nav>
        <MeBar />
      </main>
    );
  }
  return (
    <nav class="sidebar" aria-label={words.conversations}>
      <div class="sidebar-brand">
        <Logo />
        <span>{words.product}</span>
      </div>
      <div class="sidebar-lists">{lists}</div>
      <MeBar />
    </nav>
  );
}

function RoomList({ current }: { current: Target }) {
  const { rooms } = useChat();
  return (
    <section aria-labelledby="rooms-title">
      <header class="sidebar-head">
        <h2 id="rooms-title">{words.rooms}</h2>
        <button
          type="button"
          class="icon-button icon-button-small"
          aria-label={words.enterRoom}
          title={words.enterRoom}
          onClick={() => enteringRoom.value = true}
        >
          <Icon name="plus" />
        </button>
      </header>
      <ul>
        {rooms.mine.value.map((room) => (
          <li key={room}>
            <TargetLink
              target={{ room }}
              current={current}
              mark={<RoomIcon room={room} />}
              note={
                <>
                  <RoomMarks room={room} />
                  <EphemeralMark room={room} />
                </>
              }
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function MeBar() {
  const chat = useChat();
  const online = chat.state.value === "online";
  const shown = statusInWords(chat.profiles.of(chat.nickname), false);
  return (
    <div class="me">
      <button
        type="button"
        class="me-profile"
        aria-label={words.profile}
        title={words.profile}
        onClick={() => profileOpen.value = true}
      >
        <Avatar nickname={chat.nickname} online={online} />
      </button>
      <p class="me-name">
        <strong>{chat.nickname}</strong>
        <span>{!online ? words.offline : shown || (chat.guest ? words.guestMark : words.online)}</span>
      </p>
      {chat.admin.value && (
        <button
          type="button"
          class="icon-button"
          aria-label={words.administration}
          title={words.administration}
          onClick={() => administering.value = true}
        >
          <Icon name="key" />
        </button>
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={words.settings}
        title={words.settings}
        onClick={() => settingsOpen.value = true}
      >
        <Icon name="settings" />
      </button>
    </div>
  );
}
