/** One line of the sidebar that leads to a conversation: what is unread there, and whether it speaks to one. */
import type { ComponentChildren } from "preact";
import { Icon } from "../icon.tsx";
import { hrefOf, type Target } from "../route.ts";
import { targetKey, targetName } from "../state/target_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";

interface TargetLinkProps {
  target: Target;
  current: Target;
  /** What stands before the name. */
  mark: ComponentChildren;
  /** What stands after it while nothing is unread. */
  note?: ComponentChildren;
}

export function TargetLink({ target, current, mark, note }: TargetLinkProps) {
  const level = useChat().levels.of(target);
  const muted = level === "nothing";
  const here = targetKey(target) === targetKey(current);
  return (
    <a
      class={muted ? "place place-muted" : "place"}
      href={hrefOf({ at: "conversation", target })}
      aria-current={here ? "page" : undefined}
    >
      {mark}
      <span class="place-name" dir="auto">{targetName(target)}</span>
      {note}
      {muted && (
        <span class="place-mark" title={words.muted}>
          <Icon name="bell_off" />
          <span class="unseen">{words.muted}</span>
        </span>
      )}
      {!muted && <Unread target={target} counted={level === "all"} />}
    </a>
  );
}

/** Past this nobody counts. */
const COUNTED_MAX = 99;

interface UnreadProps {
  target: Target;
  /** Whether one wants to be told of more than mentions. */
  counted: boolean;
}

function Unread({ target, counted }: UnreadProps) {
  const conversation = useChat().conversations.find(target);
  const unread = conversation?.unread.value ?? 0;
  if (!conversation || unread === 0) return null;
  const count = unread > COUNTED_MAX ? `${COUNTED_MAX}+` : `${unread}`;
  return (
    <>
      {conversation.summary.mentioned.value && (
        <span class="badge badge-mention" title={words.mentioned}>
          @<span class="unseen">{words.mentioned}</span>
        </span>
      )}
      {counted && (
        <span class="badge">
          <span aria-hidden="true">{count}</span>
          <span class="unseen">{words.unread(count)}</span>
        </span>
      )}
    </>
  );
}
