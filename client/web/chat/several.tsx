/** One private message to several people: each of them gets it, and sees nobody else's name. */
import { useSignal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { useMemo } from "preact/hooks";
import { faultWords } from "../fault_words.ts";
import { nameKey } from "../state/target_key.ts";
import { byName } from "../language.ts";
import { SearchField } from "../search_field.tsx";
import { words } from "../words.ts";
import { excessOf } from "../state/draft.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { TextLength } from "./text_length.tsx";

/** As many as the server takes in one message. */
const CHOSEN_MAX = 100;
/** More than these are looked for by their names. */
const SHOWN = 200;

export function Several({ onClose: close }: { onClose: () => void }) {
  const chat = useChat();
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const text = useSignal("");
  const trouble = useSignal("");
  const busy = useSignal(false);
  // The same key for every try: a lost answer doubles nothing.
  const key = useMemo(() => crypto.randomUUID(), []);
  const count = chosen.value.size;
  const send = async (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    trouble.value = "";
    try {
      await chat.conversations.sendTo([...chosen.value], text.value.trimEnd(), key);
      close();
      chat.notice.value = words.sentToPeople(count);
    } catch (error) {
      trouble.value = faultWords(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="several-form" onSubmit={(event) => void send(event)}>
      <Recipients chosen={chosen.value} onChoose={(names) => chosen.value = names} />
      <textarea
        dir="auto"
        rows={3}
        aria-label={words.messageToSeveral}
        placeholder={words.messageToSeveral}
        value={text.value}
        onInput={(event) => text.value = event.currentTarget.value}
      />
      <TextLength text={text.value} />
      {count > CHOSEN_MAX && <p class="form-error" role="alert">{words.tooManyChosen(CHOSEN_MAX)}</p>}
      {trouble.value && <p class="form-error" role="alert">{trouble.value}</p>}
      <button
        type="submit"
        class="button"
        aria-disabled={busy.value}
        disabled={count === 0 || count > CHOSEN_MAX || text.value.trim() === "" || excessOf(text.value) > 0}
      >
        {busy.value ? words.sending : words.sendToPeople(count)}
      </button>
    </form>
  );
}

interface RecipientsProps {
  chosen: ReadonlySet<string>;
  onChoose(names: ReadonlySet<string>): void;
}

function Recipients({ chosen, onChoose }: RecipientsProps) {
  const { people, conversations, nickname: me } = useChat();
  const wanted = useSignal("");
  const known = new Map(
    [...conversations.privates.value.map(({ name }) => name), ...people.online.value].map((name) => [
      nameKey(name),
      name,
    ]),
  );
  known.delete(nameKey(me));
  const searched = nameKey(wanted.value.trim());
  const found = [...known].filter(([key]) => key.includes(searched)).map(([, name]) => name)
    .sort(byName.value);
  const toggle = (name: string) => {
    const now = new Set(chosen);
    if (!now.delete(name)) now.add(name);
    onChoose(now);
  };
  return (
    <fieldset class="recipients">
      <legend>
        {words.recipients} <span role="status">{words.chosen(chosen.size)}</span>
      </legend>
      <div class="recipients-tools">
        <SearchField label={words.findMember} value={wanted.value} onText={(text) => wanted.value = text} />
        <button
          type="button"
          class="button button-quiet"
          onClick={() => onChoose(new Set([...chosen, ...found]))}
        >
          {words.selectAll}
        </button>
        <button type="button" class="button button-quiet" onClick={() => onChoose(new Set())}>
          {words.selectNone}
        </button>
      </div>
      {found.length === 0 && <p class="panel-empty">{words.nobodyElse}</p>}
      <ul class="recipients-list">
        {found.slice(0, SHOWN).map((name) => (
          <li key={name}>
            <label class="recipient">
              <input type="checkbox" checked={chosen.has(name)} onChange={() => toggle(name)} />
              <Avatar nickname={name} online={people.isOnline(name)} />
              <span dir="auto">{name}</span>
            </label>
          </li>
        ))}
      </ul>
      {found.length > SHOWN && <p class="panel-empty">{words.moreMembers(found.length - SHOWN)}</p>}
    </fieldset>
  );
}
