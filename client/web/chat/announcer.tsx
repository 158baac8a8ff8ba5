/** Reads new messages of others out to a screen reader; history that is loaded stays silent. */
import { useChat } from "./chat_context.ts";

export function Announcer() {
  return <div class="unseen" aria-live="polite">{useChat().announcements.text}</div>;
}
