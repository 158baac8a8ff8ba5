/**
 * What there is to a conversation besides its messages: who is in it, its files, and what is pinned. It stands beside it, or in
 * a narrow window lies over it as a dialog.
 */
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useBack } from "../back.ts";
import { FileList } from "../files/file_list.tsx";
import { Icon } from "../icon.tsx";
import { PinList } from "../rooms/pin_list.tsx";
import type { Conversation } from "../state/conversation.ts";
import { Tabs } from "../tabs.tsx";
import { words } from "../words.ts";
import { wide } from "./page_layout.ts";
import { MemberList } from "./member_list.tsx";

/** What stands beside the conversation. */
export type Panel = "none" | "members" | "files" | "pins";

interface DetailsPanelProps {
  conversation: Conversation;
  panel: Signal<Panel>;
}

export function DetailsPanel({ conversation, panel }: DetailsPanelProps) {
  const { target } = conversation;
  const room = "room" in target ? target.room : undefined;
  const shown = room === undefined && panel.value !== "files" ? "none" : panel.value;
  if (shown === "none") return null;
  const onClose = () => panel.value = "none";
  const onGone = () => wide.value || onClose();
  const label = { members: words.members, files: words.files, pins: words.pinned }[shown];
  const closing = (
    <button
      type="button"
      class="icon-button"
      aria-label={words.closePanel}
      title={words.closePanel}
      onClick={onClose}
    >
      <Icon name="close" />
    </button>
  );
  const tabs = [
    ...(room === undefined ? [] : [{ name: "members" as const, label: words.members }]),
    { name: "files" as const, label: words.files },
    ...(room === undefined ? [] : [{ name: "pins" as const, label: words.pinned }]),
  ];
  const content = (
    <Tabs
      label={words.details}
      tabs={tabs}
      shown={shown}
      onShow={(to) => panel.value = to}
      beside={closing}
    >
      {room === undefined || shown === "files"
        ? <FileList conversation={conversation} />
        : shown === "members"
        ? <MemberList room={room} onGone={onGone} />
        : <PinList room={room} conversation={conversation} onGone={onGone} />}
    </Tabs>
  );
  if (wide.value) return <aside class="panel" aria-label={label}>{content}</aside>;
  return <Over label={label} onClose={onClose}>{content}</Over>;
}

/** The panel over the conversation. */
function Over(
  { label, onClose, children }: { label: string; onClose: () => void; children: ComponentChildren },
) {
  const dialog = useRef<HTMLDialogElement>(null);
  useBack(onClose);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      class="panel panel-over"
      ref={dialog}
      aria-label={label}
      onClose={() => dialog.current && onClose()}
      onMouseDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="panel-sheet">{children}</div>
    </dialog>
  );
}
