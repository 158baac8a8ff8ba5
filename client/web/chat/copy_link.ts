/** The address of a conversation or a message, for others: copied, and said so. */
import { hrefOf, type Route, type Target } from "../route.ts";
import type { Chat } from "../state/chat.ts";
import { words } from "../words.ts";

/** Resolves in any case: without permission nothing is copied, and there is nothing better to offer. */
export async function copyLink(chat: Chat, target: Target, message?: string): Promise<void> {
  const route: Route = { at: "conversation", target, ...(message !== undefined && { message }) };
  try {
    await navigator.clipboard.writeText(new URL(hrefOf(route), location.href).href);
    chat.notice.value = words.linkCopied;
  } catch {
    // As above.
  }
}
