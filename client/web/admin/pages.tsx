/** A long list of which pages are asked for: looked through by a part of a name, and longer at the press of a button. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { faultWords } from "../fault_words.ts";
import { SearchField } from "../search_field.tsx";
import { words } from "../words.ts";

const LOOK_AFTER_MS = 150;

/** What is shown of a list, and what asks for more of it. */
export interface Pages<T> {
  items: readonly T[];
  more: boolean;
  loaded: boolean;
  error: string;
  text: string;
  /** Undefined: it can't be looked through. */
  onText?: (text: string) => void;
  loadMore(): void;
  /** The first page anew. */
  reload(): Promise<void>;
  /** Does something, says why it failed, and shows the list as it is then. */
  attempt(act: () => Promise<unknown>): Promise<void>;
  /** Puts another one in the place of one. */
  change(was: T, now: T): void;
}

/** `load`: the page after this one, of what has this text; `when`: another list. */
export function usePages<T>(
  load: (text: string, last: T | undefined) => Promise<{ items: readonly T[]; more: boolean }>,
  when: unknown = undefined,
): Pages<T> {
  const items = useSignal<readonly T[]>([]);
  const more = useSignal(false);
  const loaded = useSignal(false);
  const error = useSignal<(() => string) | undefined>(undefined);
  const text = useSignal("");
  const asked = useRef(0);
  const get = async (last?: T) => {
    const mine = ++asked.current;
    try {
      const page = await load(text.peek().trim(), last);
      // Something else was asked for meanwhile.
      if (mine !== asked.current) return;
      items.value = last === undefined ? page.items : [...items.peek(), ...page.items];
      more.value = page.more;
      loaded.value = true;
    } catch (thrown) {
      error.value = () => faultWords(thrown);
    }
  };
  const wait = text.value === "" ? 0 : LOOK_AFTER_MS;
  useEffect(() => {
    const timer = setTimeout(() => void get(), wait);
    return () => clearTimeout(timer);
  }, [text.value, when]);
  const attempt = async (act: () => Promise<unknown>) => {
    error.value = undefined;
    try {
      await act();
    } catch (thrown) {
      error.value = () => faultWords(thrown);
    }
  };
  return {
    ...{ items: items.value, more: more.value, loaded: loaded.value },
    ...{ error: error.value?.() ?? "", text: text.value, attempt },
    onText: (wanted) => text.value = wanted,
    loadMore: () => void get(items.peek().at(-1)),
    reload: () => get(),
    change: (was, now) => items.value = items.peek().map((each) => each === was ? now : each),
  };
}

interface PagedListProps<T> {
  pages: Pages<T>;
  /** What it is looked through for; left out: it is not. */
  find?: string;
  /** What is said of none. */
  none: string;
  keyOf(item: T): string;
  children(item: T): ComponentChildren;
}

export function PagedList<T>({ pages, find, none, keyOf, children }: PagedListProps<T>) {
  const { items, more, loaded, error, text } = pages;
  return (
    <>
      {find !== undefined && (
        <SearchField
          class="panel-search"
          label={find}
          value={text}
          onText={(typed) => pages.onText?.(typed)}
        />
      )}
      {error && <p class="form-error" role="alert">{error}</p>}
      {!loaded && !error && <p class="field-hint">{words.loading}</p>}
      {loaded && items.length === 0 && <p class="panel-empty">{none}</p>}
      <ul class="admin-list">
        {items.map((item) => <li key={keyOf(item)}>{children(item)}</li>)}
      </ul>
      {more && (
        <button type="button" class="button button-plain" onClick={pages.loadMore}>{words.showMore}</button>
      )}
    </>
  );
}

/** What can't be undone is asked twice. */
export function Sure({ name, what, act }: { name: string; what: string; act: () => void }) {
  const asks = useSignal(false);
  const surely = () => {
    asks.value = false;
    act();
  };
  if (!asks.value) {
    return (
      <button
        type="button"
        class="button button-plain"
        aria-label={`${name}: ${what}`}
        onClick={() => asks.value = true}
      >
        {name}
      </button>
    );
  }
  return (
    <span class="admin-sure" role="group" aria-label={words.really(name)}>
      <button type="button" class="button button-danger" onClick={surely}>{words.really(name)}</button>
      <button type="button" class="button button-plain" onClick={() => asks.value = false}>
        {words.keepIt}
      </button>
    </span>
  );
}
