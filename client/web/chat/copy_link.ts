/** The address of a place, for others: copied, and said so. */
import { hrefOf, type Place } from "../route.ts";
import type { Chat } from "../state/chat.ts";
import { words } from "../words.ts";

/** Resolves in any case: without permission nothing is copied, and there is nothing better to offer. */
export async function copyLink(chat: Chat, place: Place): Promise<void> {
  try {
    await navigator.clipboard.writeText(new URL(hrefOf({ at: "place", place }), location.href).href);
    chat.notice.value = words.linkCopied;
  } catch {
    // As above.
  }
}
