/** Files dropped on a conversation or pasted into it: they wait with its words. What is over it keeps its own. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Chat } from "../state/chat.ts";
import type { Conversation } from "../state/conversation.ts";
import { type Picked, pickedByDrop, pickedByPaste } from "./picked.ts";

/** What an element that takes drops needs. */
interface Drop {
  /** Whether something that can be dropped is held over it. */
  over: Signal<boolean>;
  handlers: {
    onDragEnter(event: DragEvent): void;
    onDragOver(event: DragEvent): void;
    onDragLeave(event: DragEvent): void;
    onDrop(event: DragEvent): void;
  };
}

/** Takes drops and pastes for a conversation; for none, nothing is taken. */
export function useDrop(chat: Chat, conversation: Conversation | undefined): Drop {
  const over = useSignal(false);
  /** Entering a child comes before leaving its parent, so they are counted. */
  const depth = useRef(0);
  const add = (picked: readonly Picked[]) => conversation?.draft.stage(picked);
  useEffect(() => keepFilesFromOpening(), []);
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if (isCovered()) return;
      const picked = event.clipboardData ? pickedByPaste(event.clipboardData, new Date()) : [];
      if (picked.length === 0) return;
      event.preventDefault();
      add(picked);
    };
    document.addEventListener("paste", onPaste);
    return () => document.removeEventListener("paste", onPaste);
  }, [conversation]);
  const taken = (event: DragEvent) => {
    if (!conversation || !holdsFiles(event) || isCovered()) return false;
    event.preventDefault();
    return true;
  };
  return {
    over,
    handlers: {
      onDragEnter(event) {
        if (taken(event)) over.value = ++depth.current > 0;
      },
      onDragOver(event) {
        if (taken(event) && event.dataTransfer) event.dataTransfer.dropEffect = "copy";
      },
      onDragLeave(event) {
        if (taken(event)) over.value = --depth.current > 0;
      },
      onDrop(event) {
        if (!taken(event) || !event.dataTransfer) return;
        depth.current = 0;
        over.value = false;
        const picked = pickedByDrop(event.dataTransfer);
        void chat.attempt(async () => add(await picked));
      },
    },
  };
}

/** Whether a dialog is open over the page: what is pasted or dropped then is not for the conversation behind it. */
function isCovered(): boolean {
  return document.querySelector("dialog:modal") !== null;
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") ?? false;
}

/** A file that misses the conversation would replace the page. */
function keepFilesFromOpening(): () => void {
  const keep = (event: DragEvent) => {
    if (!holdsFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
  };
  addEventListener("dragover", keep);
  addEventListener("drop", keep);
  return () => {
    removeEventListener("dragover", keep);
    removeEventListener("drop", keep);
  };
}
