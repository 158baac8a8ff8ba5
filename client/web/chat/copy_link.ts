/** The address of a conversation, for others: copied, and said so. */
import { hrefOf, type Target } from "../route.ts";
import type { Chat } from "../state/chat.ts";
import { words } from "../words.ts";

/** Resolves in any case: without permission nothing is copied, and there is nothing better to offer. */
export async function copyLink(chat: Chat, target: Target): Promise<void> {
  try {
    await navigator.clipboard.writeText(new URL(hrefOf({ at: "conversation", target }), location.href).href);
    chat.notice.value = words.linkCopied;
  } catch {
    // As above.
  }
}
