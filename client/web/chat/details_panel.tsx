/**
 * What there is to a conversation besides its messages: who is in it, and its files. It stands beside it, or in
 * a narrow window lies over it as a dialog.
 */
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useBack } from "../back.ts";
import { FileList } from "../files/file_list.tsx";
import { Icon } from "../icon.tsx";
import type { Conversation } from "../state/conversation.ts";
import { Tabs } from "../tabs.tsx";
import { words } from "../words.ts";
import { wide } from "./page_layout.ts";
import { MemberList } from "./member_list.tsx";

/** What stands beside the conversation. */
export type Panel = "none" | "members" | "files";

interface DetailsPanelProps {
  conversation: Conversation;
  panel: Signal<Panel>;
}

export function DetailsPanel({ conversation, panel }: DetailsPanelProps) {
  const { target } = conversation;
  const shown = "with" in target && panel.value === "members" ? "none" : panel.value;
  if (shown === "none") return null;
  const onClose = () => panel.value = "none";
  const label = shown === "members" ? words.members : words.files;
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
    ...("room" in target ? [{ name: "members" as const, label: words.members }] : []),
    { name: "files" as const, label: words.files },
  ];
  const content = (
    <Tabs
      label={words.details}
      tabs={tabs}
      shown={shown}
      onShow={(to) => panel.value = to}
      beside={closing}
    >
      {shown === "members" && "room" in target
        ? <MemberList room={target.room} onGone={() => wide.value || onClose()} />
        : <FileList conversation={conversation} />}
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
