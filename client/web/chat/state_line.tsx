/** The connection's state, said only while there is something to say. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";

const BACK_SHOWN_MS = 3_000;

export function StateLine() {
  const { state } = useChat();
  const line = useSignal<"" | "lost" | "back">("");
  useSignalEffect(() => {
    const now = state.value;
    if (now === "offline") line.value = "lost";
    if (now !== "online" || line.peek() !== "lost") return;
    line.value = "back";
    const timer = setTimeout(() => line.value = "", BACK_SHOWN_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div class="state-line" data-state={line.value} role="status">
      {line.value && <p>{words[line.value]}</p>}
    </div>
  );
}
