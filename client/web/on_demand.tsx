/**
 * Dialogs whose content comes when one of them is first opened, so that the page itself is sooner there. Until it is here,
 * and if it can't be had, the dialog says so.
 */
import type { ComponentType, VNode } from "preact";
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { isAtLeast } from "../../server/core/shared/room_settings.ts";
import type { RoomState } from "../../server/core/shared/commands.ts";
import type { Message } from "../../server/core/shared/events.ts";
import type { Target } from "./route.ts";
import { useChat } from "./chat/chat_context.ts";
import { Dialog } from "./dialog.tsx";
import {
  administering,
  directoryOpen,
  enteringRoom,
  inviting,
  invitingByLink,
  type Measure,
  measureAsked,
  notifying,
  profileOpen,
  reporting,
  roomShown,
  searching,
  settingsOpen,
  writingToSeveral,
} from "./open_dialogs.ts";
import { words } from "./words.ts";

/** What comes on demand, in one piece: dialogs.ts. */
export interface Dialogs {
  readonly Administration: ComponentType;
  readonly Profile: ComponentType;
  readonly Directory: ComponentType;
  readonly EnterRoom: ComponentType<Closed>;
  readonly Settings: ComponentType<Closed>;
  readonly Several: ComponentType<Closed>;
  readonly Invitations: ComponentType<{ room: string | undefined }>;
  readonly SearchIn: ComponentType<{ target: Target }>;
  readonly Report: ComponentType<{ message: Message } & Closed>;
  readonly InviteInto: ComponentType<{ room: string }>;
  readonly MeasureForm: ComponentType<Measure & Closed>;
  readonly NotifyLevel: ComponentType<{ room: string }>;
  readonly AboutRoom: ComponentType<{ state: RoomState } & Closed>;
}

interface Closed {
  /** What was to be done is done. */
  onClose: () => void;
}

/** How it is had; the page's entry knows. */
export const onDemand: { load: () => Promise<Dialogs> } = {
  load: () => Promise.reject(new Error("The page has no dialogs")),
};

const loaded = signal<Dialogs | "loading" | "failed">("loading");

/** The one of them that is open. */
export function DialogsOnDemand() {
  return (
    <>
      {administering.value && (
        <Dialog
          title={words.administration}
          look="admin"
          onClose={() => administering.value = false}
        >
          <Content draw={({ Administration }) => <Administration />} />
        </Dialog>
      )}
      {profileOpen.value && (
        <Dialog
          title={words.profile}
          look="settings"
          onClose={() => profileOpen.value = false}
        >
          <Content draw={({ Profile }) => <Profile />} />
        </Dialog>
      )}
      {settingsOpen.value && (
        <Dialog
          title={words.settings}
          look="settings"
          onClose={() => settingsOpen.value = false}
        >
          <Content draw={({ Settings }) => <Settings onClose={() => settingsOpen.value = false} />} />
        </Dialog>
      )}
      {directoryOpen.value && (
        <Dialog
          title={words.directory}
          look="directory"
          onClose={() => directoryOpen.value = false}
        >
          <Content draw={({ Directory }) => <Directory />} />
        </Dialog>
      )}
      {enteringRoom.value && (
        <Dialog
          title={words.enterRoom}
          look="enter-room"
          onClose={() => enteringRoom.value = false}
        >
          <Content draw={({ EnterRoom }) => <EnterRoom onClose={() => enteringRoom.value = false} />} />
        </Dialog>
      )}
      {writingToSeveral.value && (
        <Dialog
          title={words.writeToSeveral}
          look="several"
          onClose={() => writingToSeveral.value = false}
        >
          <Content draw={({ Several }) => <Several onClose={() => writingToSeveral.value = false} />} />
        </Dialog>
      )}
      {invitingByLink.value && (
        <Dialog
          title={words.invitePeople}
          look="invitations"
          onClose={() => invitingByLink.value = undefined}
        >
          <Content draw={({ Invitations }) => <Invitations room={invitingByLink.value?.room} />} />
        </Dialog>
      )}
      <AboutOne />
    </>
  );
}

/** Those that are about one message, or one conversation. */
function AboutOne() {
  const [message, target] = [reporting.value, searching.value];
  const close = () => reporting.value = undefined;
  return (
    <>
      {message && (
        <Dialog title={words.reportMessage} onClose={close}>
          <Content draw={({ Report }) => <Report message={message} onClose={close} />} />
        </Dialog>
      )}
      {target && (
        <Dialog title={words.search} look="search" onClose={() => searching.value = undefined}>
          <Content draw={({ SearchIn }) => <SearchIn target={target} />} />
        </Dialog>
      )}
      <RoomDialogs />
    </>
  );
}

/** Those that are about one room. */
function RoomDialogs() {
  const [into, of] = [inviting.value, notifying.value];
  return (
    <>
      {into !== undefined && (
        <Dialog
          title={words.inviteInto(into)}
          onClose={() => inviting.value = undefined}
        >
          <Content draw={({ InviteInto }) => <InviteInto room={into} />} />
        </Dialog>
      )}
      {of !== undefined && (
        <Dialog
          title={words.notificationsOf(of)}
          onClose={() => notifying.value = undefined}
        >
          <Content draw={({ NotifyLevel }) => <NotifyLevel room={of} />} />
        </Dialog>
      )}
      <MeasureDialog />
      <RoomDialog />
    </>
  );
}

/** Of what is about to be done to somebody in it. */
function MeasureDialog() {
  const asked = measureAsked.value;
  if (!asked) return null;
  const close = () => measureAsked.value = undefined;
  const { measure, room, nickname } = asked;
  const title = nickname === undefined
    ? words.keepOutOf(room)
    : measure === "kick"
    ? words.kickOut(nickname)
    : words.muteSomebody(nickname);
  return (
    <Dialog title={title} onClose={close}>
      <Content draw={({ MeasureForm }) => <MeasureForm {...asked} onClose={close} />} />
    </Dialog>
  );
}

function RoomDialog() {
  const room = roomShown.value;
  const { rooms } = useChat();
  const state = room === undefined ? undefined : rooms.state(room);
  if (!state) return null;
  const close = () => roomShown.value = undefined;
  const title = isAtLeast(state.role ?? "member", "moderator") ? words.roomSettings : words.aboutRoom;
  return (
    <Dialog title={title} look="room-dialog" onClose={close}>
      <Content draw={({ AboutRoom }) => <AboutRoom state={state} onClose={close} />} />
    </Dialog>
  );
}

function Content({ draw }: { draw: (dialogs: Dialogs) => VNode }) {
  const isHere = typeof loaded.value === "object";
  useEffect(() => void load(), []);
  // A browser looks for it when the dialog opens, which may be before.
  useEffect(() => {
    if (isHere) document.querySelector<HTMLElement>("dialog[open] [autofocus]")?.focus();
  }, [isHere]);
  if (loaded.value === "loading") return <p class="dialog-body" role="status">{words.loading}</p>;
  if (loaded.value !== "failed") return draw(loaded.value);
  return (
    <div class="dialog-body">
      <p class="form-error" role="alert">{words.partMissing}</p>
      <button type="button" class="button" onClick={() => void load()}>{words.tryAgain}</button>
      <button type="button" class="button button-plain" onClick={() => location.reload()}>
        {words.loadAnew}
      </button>
    </div>
  );
}

/** Resolves in any case. */
async function load(): Promise<void> {
  if (loaded.peek() === "failed") loaded.value = "loading";
  try {
    loaded.value = await onDemand.load();
  } catch {
    // Out of reach; or the server has a newer page, and no longer what belongs to this one.
    loaded.value = "failed";
  }
}
