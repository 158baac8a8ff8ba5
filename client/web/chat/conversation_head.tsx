/** The head of a conversation: where one is, who is there, and what can be done about it. */
import type { Signal } from "@preact/signals";
import { Icon, type IconName } from "../icon.tsx";
import { Menu } from "../menu.tsx";
import { hrefOf, type Target } from "../route.ts";
import { membersInWords } from "../rooms/members_in_words.ts";
import { inviting, notifying, roomShown, searching } from "../open_dialogs.ts";
import { RoomIcon, RoomMarks } from "../rooms/room_marks.tsx";
import { isAtLeast } from "../../../server/core/shared/room_settings.ts";
import { isFormer, targetName } from "../state/target_key.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { copyLink } from "./copy_link.ts";
import type { Panel } from "./details_panel.tsx";
import { BlockedMark, EphemeralMark, FormerMark, GuestMark, statusInWords } from "./badges.tsx";
import { isGuest } from "./people_list.tsx";

interface ConversationHeadProps {
  target: Target;
  inside: boolean;
  panel: Signal<Panel>;
}

export function ConversationHead({ target, inside, panel }: ConversationHeadProps) {
  const chat = useChat();
  const { people } = chat;
  const name = targetName(target);
  const isRoom = "room" in target;
  const former = isFormer(target);
  const shown = isRoom ? "" : statusInWords(chat.profiles.of(name));
  return (
    <header class="head">
      <a
        class="icon-button head-menu"
        href={hrefOf({ at: "list" })}
        aria-label={words.menu}
        title={words.menu}
      >
        <Icon name="back" />
      </a>
      {isRoom
        ? (
          <span class="head-room">
            <RoomIcon room={name} />
          </span>
        )
        : <Avatar nickname={name} online={!former && people.isOnline(name)} />}
      <div class="head-title">
        <h1 dir="auto">{name}</h1>
        {isRoom ? inside && <RoomNote room={name} /> : (
          <p>
            {!former && (people.isOnline(name) ? words.online : words.offline)}
            {!former && shown !== "" && <bdi class="head-status">{shown}</bdi>}{" "}
            <GuestMark guest={!former && isGuest(chat, name)} />
            <FormerMark former={former} />
            <BlockedMark nickname={former ? undefined : name} />
          </p>
        )}
      </div>
      {isRoom && <RoomMarks room={name} />}
      {isRoom && <EphemeralMark room={name} />}
      {inside && <SearchButton target={target} />}
      {isRoom && inside && <PanelButton panel={panel} which="members" icon="people" label={words.members} />}
      {inside && <PanelButton panel={panel} which="files" icon="folder" label={words.files} />}
      {isRoom && inside && chat.pins.of(name).length > 0 && (
        <PanelButton panel={panel} which="pins" icon="pin" label={words.pinned} />
      )}
      {inside && <TargetMenu target={target} panel={panel} />}
    </header>
  );
}

function SearchButton({ target }: { target: Target }) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={words.search}
      title={words.search}
      onClick={() => searching.value = target}
    >
      <Icon name="search" />
    </button>
  );
}

function RoomNote({ room }: { room: string }) {
  const state = useChat().rooms.state(room);
  if (!state) return null;
  return (
    <p class="head-room-line">
      <span>{membersInWords(state)}</span>
      {state.topic && (
        <button
          type="button"
          class="head-topic"
          title={state.topic}
          onClick={() => roomShown.value = room}
        >
          <bdi>{state.topic}</bdi>
        </button>
      )}
    </p>
  );
}

interface PanelButtonProps {
  panel: Signal<Panel>;
  which: Panel;
  icon: IconName;
  label: string;
}

function PanelButton({ panel, which, icon, label }: PanelButtonProps) {
  const shown = panel.value === which;
  return (
    <button
      type="button"
      class={`icon-button head-${which}`}
      aria-label={label}
      title={label}
      aria-expanded={shown}
      onClick={() => panel.value = shown ? "none" : which}
    >
      <Icon name={icon} />
    </button>
  );
}

function TargetMenu({ target, panel }: { target: Target; panel: Signal<Panel> }) {
  const chat = useChat();
  const muted = chat.levels.of(target) === "nothing";
  const mute = {
    label: muted ? words.unmute : words.mute,
    icon: muted ? "bell" : "bell_off",
    act: () => void chat.attempt(() => chat.levels.set(target, muted ? "all" : "nothing")),
  } as const;
  if ("with" in target) {
    const nickname = target.with;
    const isBlocked = chat.blocks.has(nickname);
    const block = {
      label: isBlocked ? words.unblock : words.block,
      icon: "kick",
      danger: !isBlocked,
      act: () => void chat.attempt(() => chat.blocks.set({ nickname }, !isBlocked)),
    } as const;
    const items = chat.guest || isFormer(target) ? [mute] : [mute, block];
    return <Menu label={words.moreAbout(nickname)} items={items} />;
  }
  const { room } = target;
  const about = {
    label: isAtLeast(chat.rooms.roleIn(room), "moderator") ? words.roomSettings : words.aboutRoom,
    icon: "settings",
    act: () => roomShown.value = room,
  } as const;
  const leave = async () => {
    await chat.rooms.leave(room);
    chat.goOutOf(room);
  };
  return (
    <Menu
      label={words.moreAbout(room)}
      items={[
        about,
        ...(isAtLeast(chat.rooms.roleIn(room), "moderator")
          ? [{ label: words.inviteSomebody, icon: "plus", act: () => inviting.value = room } as const]
          : []),
        { label: words.pinnedMessages, icon: "pin", act: () => panel.value = "pins" },
        { label: words.notifications, icon: "bell", act: () => notifying.value = room },
        { label: words.copyLink, icon: "link", act: () => void copyLink(chat, target) },
        { label: words.leaveRoom(room), icon: "leave", danger: true, act: () => void chat.attempt(leave) },
      ]}
    />
  );
}
