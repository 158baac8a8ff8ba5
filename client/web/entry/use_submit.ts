/** A form's life: one submission at a time, and what went wrong said at the form. */
import type { TargetedEvent } from "preact";
import { useSignal } from "@preact/signals";
import { faultWords } from "../fault_words.ts";

/** Gives a form's fields by name, spaces around them gone except in passwords. */
export type Fields = (name: string) => string;

/** What a form needs. */
export interface Submit {
  busy: boolean;
  /** Empty when nothing is wrong. */
  error: string;
  onSubmit(event: TargetedEvent<HTMLFormElement>): void;
}

/** Runs `act` with the form's fields; what it throws becomes the form's error. */
export function useSubmit(act: (fields: Fields) => Promise<unknown>): Submit {
  const busy = useSignal(false);
  const error = useSignal("");

  async function submit(form: HTMLFormElement): Promise<void> {
    const data = new FormData(form);
    const fields: Fields = (name) => {
      const value = String(data.get(name) ?? "");
      return name.startsWith("password") ? value : value.trim();
    };
    busy.value = true;
    error.value = "";
    try {
      await act(fields);
    } catch (thrown) {
      error.value = faultWords(thrown);
    }
    busy.value = false;
  }

  return {
    busy: busy.value,
    error: error.value,
    onSubmit(event) {
      event.preventDefault();
      if (!busy.value) void submit(event.currentTarget);
    },
  };
}
