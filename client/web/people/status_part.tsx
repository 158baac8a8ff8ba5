/** What one is doing just now, and whether one wants to be left alone. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { Availability, Status } from "../../../server/core/shared/profile.ts";
import { LIMITS } from "../../../server/core/shared/limits.ts";
import { useChat } from "../chat/chat_context.ts";
import { dayAndTimeOf } from "../chat/time.tsx";
import { EmojiPicker } from "../emoji/emoji_picker.tsx";
import { faultWords } from "../fault_words.ts";
import { Segmented } from "../segmented.tsx";
import { words } from "../words.ts";

type Ending = "never" | keyof typeof ENDINGS;

/** When a status ends, from now on. */
const ENDINGS = {
  half: (now: Date) => now.getTime() + 30 * 60_000,
  hour: (now: Date) => now.getTime() + 3_600_000,
  four: (now: Date) => now.getTime() + 4 * 3_600_000,
  today: (now: Date) => new Date(now).setHours(24, 0, 0, 0),
  week: (now: Date) => now.getTime() + 7 * 24 * 3_600_000,
} as const;

export function OwnStatus() {
  const chat = useChat();
  const { availability, status = {} } = chat.profiles.of(chat.nickname);
  const told = useSignal<(() => string) | undefined>(undefined);
  const show = async (how: Availability | undefined, what: Status, said: () => string) => {
    told.value = undefined;
    const before = chat.profiles.of(chat.nickname);
    const { avatar } = before;
    // What is chosen is seen at once, and taken back where the server does not take it.
    chat.profiles.take({
      nickname: chat.nickname,
      ...(how && { availability: how }),
      status: what,
      ...(avatar !== undefined && { avatar }),
    });
    try {
      const shown = await chat.connection.ask("status", { ...(how && { availability: how }), ...what });
      chat.profiles.take({ nickname: chat.nickname, ...shown });
      told.value = said;
    } catch (thrown) {
      chat.profiles.take({ nickname: chat.nickname, ...before });
      told.value = () => faultWords(thrown);
    }
  };
  return (
    <section class="settings-part" aria-label={words.status}>
      <Segmented<Availability | "available">
        label={words.availability}
        options={[
          { value: "available", label: words.available },
          { value: "away", label: words.awayShort },
          { value: "do_not_disturb", label: words.doNotDisturbShort },
        ]}
        chosen={availability ?? "available"}
        onChoose={(value) =>
          void show(value === "available" ? undefined : value, status, () => words.statusShown)}
      />
      {availability === "do_not_disturb" && <p class="settings-hint">{words.doNotDisturbNote}</p>}
      <StatusForm status={status} onShow={(what, said) => void show(availability, what, said)}>
        {told.value?.() ??
          (status.until !== undefined && words.statusUntil(status.text ?? "", dayAndTimeOf(status.until)))}
      </StatusForm>
    </section>
  );
}

interface StatusFormProps {
  status: Status;
  onShow(status: Status, said: () => string): void;
  /** What came of it. */
  children: ComponentChildren;
}

function StatusForm({ status, onShow, children }: StatusFormProps) {
  const emoji = useSignal(status.emoji);
  const text = useSignal(status.text ?? "");
  const ending = useSignal<Ending>("never");
  const save = () => {
    const said = text.value.trim();
    const until = ending.value === "never" ? undefined : ENDINGS[ending.value](new Date());
    onShow({
      ...(emoji.value !== undefined && { emoji: emoji.value }),
      ...(said !== "" && { text: said }),
      ...(until !== undefined && { until }),
    }, () => words.statusShown);
  };
  const remove = () => {
    emoji.value = undefined;
    text.value = "";
    onShow({}, () => words.statusRemoved);
  };
  return (
    <form
      class="form"
      aria-label={words.status}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <div class="field">
        <label for="status-text">{words.statusText}</label>
        <div class="field-row">
          <StatusEmoji value={emoji.value} onPick={(char) => emoji.value = char} />
          <input
            id="status-text"
            dir="auto"
            autocomplete="off"
            maxLength={LIMITS.statusCharsMax}
            value={text.value}
            onInput={(event) => text.value = event.currentTarget.value}
          />
        </div>
      </div>
      <Endings chosen={ending.value} onChoose={(next) => ending.value = next} />
      <p class="settings-hint" role="status">{children}</p>
      <p class="profile-buttons">
        <button class="button" type="submit">{words.saveStatus}</button>
        <button class="button button-plain" type="button" onClick={remove}>{words.removeStatus}</button>
      </p>
    </form>
  );
}

function Endings({ chosen, onChoose }: { chosen: Ending; onChoose(ending: Ending): void }) {
  return (
    <div class="field">
      <label for="status-ends">{words.statusEnds}</label>
      <select
        id="status-ends"
        value={chosen}
        onChange={(event) => onChoose(event.currentTarget.value as Ending)}
      >
        <option value="never">{words.endsNever}</option>
        {(Object.keys(ENDINGS) as (keyof typeof ENDINGS)[]).map((each) => (
          <option key={each} value={each}>{words.endsIn[each]}</option>
        ))}
      </select>
    </div>
  );
}

function StatusEmoji({ value, onPick }: { value: string | undefined; onPick(char: string): void }) {
  const button = useRef<HTMLButtonElement>(null);
  const open = useSignal(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button status-emoji"
        aria-label={words.statusEmoji}
        title={words.statusEmoji}
        aria-expanded={open.value}
        onClick={() => open.value = !open.value}
      >
        <span aria-hidden="true">{value ?? "🙂"}</span>
      </button>
      {open.value && (
        <EmojiPicker
          anchor={() => button.current}
          onPick={(char) => {
            onPick(char);
            open.value = false;
          }}
          onClose={() => open.value = false}
        />
      )}
    </>
  );
}
