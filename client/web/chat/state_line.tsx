/** The connection's state, said only while there is something to say: since when one is offline, and being back. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { fullTimeOf, timeOf } from "./time.tsx";

const BACK_SHOWN_MS = 3_000;

export function StateLine() {
  const chat = useChat();
  const back = useSignal(false);
  const wasOffline = useSignal(false);
  useSignalEffect(() => {
    const offline = chat.offlineSince.value !== undefined;
    const returned = wasOffline.peek() && !offline;
    wasOffline.value = offline;
    back.value = returned;
    if (!returned) return;
    const timer = setTimeout(() => back.value = false, BACK_SHOWN_MS);
    return () => clearTimeout(timer);
  });
  const since = chat.offlineSince.value;
  return (
    <div class="state-line" data-state={since !== undefined ? "offline" : back.value ? "back" : ""}>
      <p role="status" title={since === undefined ? undefined : fullTimeOf(since)}>
        {since !== undefined ? words.offlineSince(timeOf(since)) : back.value && words.back}
      </p>
      {since !== undefined && <Return />}
    </div>
  );
}

/** What waits, and what is being done about it. */
function Return() {
  const { connection, conversations, connecting, otherNodes } = useChat();
  const waiting = [...conversations.all.value.values()].reduce(
    (sum, { outgoing }) => sum + outgoing.all.value.filter(({ failed }) => failed === undefined).length,
    0,
  );
  return (
    <>
      {waiting > 0 && <p>{words.waitingMessages(waiting)}</p>}
      {connecting.value
        ? <p>{words.starting}</p>
        : (
          <button type="button" class="state-again" onClick={() => connection.reconnectNow()}>
            {words.tryNow}
          </button>
        )}
      {otherNodes.value.map((url) => (
        <a key={url} class="state-again" href={url}>{words.goOnAt(new URL(url).host)}</a>
      ))}
    </>
  );
}
