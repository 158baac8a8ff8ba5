/**
 * Choosing an emoji: by its name, or from its group. The focus stays in the search field; the arrow keys go
 * through what is shown, Enter takes it.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { isComposing } from "../chat/use_shortcuts.ts";
import { Popover } from "../popover.tsx";
import { words } from "../words.ts";
import {
  type Emoji,
  emojiGroups,
  fetchEmoji,
  findEmoji,
  nameOf,
  noteEmoji,
  recentEmoji,
} from "./emoji_list.ts";

interface EmojiPickerProps {
  anchor: () => HTMLElement | null;
  onPick(char: string): void;
  onClose(): void;
}

/** As many as the style sheet puts in a row. */
const IN_ROW = 8;
const FOUND_MAX = 80;
const RECENT = -1;

export function EmojiPicker({ anchor, onPick, onClose }: EmojiPickerProps) {
  const query = useSignal("");
  const group = useSignal(RECENT);
  const at = useSignal(0);
  const id = useId();
  useEffect(() => void fetchEmoji(), []);
  const shown = query.value.trim() === "" ? ofGroup(group.value) : findEmoji(query.value, FOUND_MAX);
  const active = Math.min(at.value, shown.length - 1);
  const pick = (emoji: Emoji | undefined) => {
    if (!emoji) return;
    noteEmoji(emoji.char);
    onPick(emoji.char);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: IN_ROW,
      ArrowUp: -IN_ROW,
    };
    const step = steps[event.key];
    if (event.key === "Enter") pick(shown[active]);
    else if (step !== undefined) at.value = Math.max(0, Math.min(active + step, shown.length - 1));
    else return;
    event.preventDefault();
  };
  return (
    <Popover anchor={anchor} label={words.emoji} look="emoji-picker" onClose={onClose}>
      <input
        type="text"
        dir="auto"
        data-first
        role="combobox"
        aria-label={words.findEmoji}
        placeholder={words.findEmoji}
        aria-expanded="true"
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={shown.length > 0 ? `${id}-${active}` : undefined}
        autocomplete="off"
        spellcheck={false}
        value={query.value}
        onInput={(event) => {
          query.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <Groups
        shown={query.value.trim() === "" ? group.value : undefined}
        onShow={(index) => {
          query.value = "";
          group.value = index;
          at.value = 0;
        }}
      />
      <Grid id={id} shown={shown} active={active} onPick={pick} onPoint={(index) => at.value = index} />
      <p class="emoji-name" role="status">
        {shown.length === 0
          ? words.noEmoji
          : emojiGroups.value.length === 0
          ? words.loading
          : captionOf(shown[active])}
      </p>
    </Popover>
  );
}

interface GridProps {
  id: string;
  shown: readonly Emoji[];
  /** The index of the one that Enter takes. */
  active: number;
  onPick(emoji: Emoji): void;
  onPoint(index: number): void;
}

function Grid({ id, shown, active, onPick, onPoint }: GridProps) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div class="emoji-grid" role="listbox" id={id} aria-label={words.emoji} ref={list}>
      {shown.map((emoji, index) => (
        <div
          key={emoji.char}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          aria-label={nameOf(emoji)}
          title={nameOf(emoji)}
          onClick={() => onPick(emoji)}
          onPointerMove={() => onPoint(index)}
        >
          {emoji.char}
        </div>
      ))}
    </div>
  );
}

/** Which group is shown; undefined: what was searched for. */
function Groups({ shown, onShow }: { shown: number | undefined; onShow(index: number): void }) {
  const firsts = emojiGroups.value.map((group) => group[0]?.char ?? "");
  return (
    <div class="emoji-groups" role="group" aria-label={words.emojiGroups}>
      {["🕘", ...firsts].map((first, index) => (
        <button
          key={first}
          type="button"
          aria-pressed={shown === index - 1}
          aria-label={index === 0 ? words.recentEmoji : words.emojiGroup(first)}
          onClick={() => onShow(index - 1)}
        >
          {first}
        </button>
      ))}
    </div>
  );
}

/** What is offered before anything is looked for. */
function ofGroup(group: number): readonly Emoji[] {
  if (group !== RECENT) return emojiGroups.value[group] ?? [];
  const known = new Map(emojiGroups.value.flat().map((emoji) => [emoji.char, emoji]));
  const recent = recentEmoji().map((char) => known.get(char) ?? { char, names: [], chinese: "" });
  // The faces come after them, so that most are found without another press.
  const faces = emojiGroups.value[0] ?? [];
  return [...recent, ...faces.filter((emoji) => !recent.includes(emoji))];
}

function captionOf(emoji: Emoji | undefined): string {
  if (!emoji) return "";
  const [short] = emoji.names;
  return short ? `${nameOf(emoji)} :${short}:` : emoji.char;
}
