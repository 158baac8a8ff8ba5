/** Hands the chat to the views below without passing it through each. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Chat } from "../state/chat.ts";

/** Where the chat is handed in. */
export const ChatContext = createContext<Chat | undefined>(undefined);

/** The chat that this view is part of. */
export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (!chat) throw new Error("Cannot show this outside a ChatContext");
  return chat;
}
