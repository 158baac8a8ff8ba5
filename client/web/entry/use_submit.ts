/**
 * A form's life: one submission at a time, and what is wrong said at its field, which gets the focus. What belongs
 * to no field is said at the form.
 */
import { type Signal, useSignal } from "@preact/signals";
import { createContext, type TargetedEvent } from "preact";
import { useContext } from "preact/hooks";
import { type LocalCode, RequestError } from "../../connection/request_error.ts";
import type { FaultCode } from "../../../server/core/shared/faults.ts";
import { faultWords } from "../fault_words.ts";
import { words } from "../words.ts";

/** Gives a form's fields by name, spaces around them gone except in passwords. */
export type Fields = (name: string) => string;

/** What is wrong, as a sentence in the language of the moment. */
type Trouble = () => string;

/** What a form needs. */
export interface Submit {
  busy: boolean;
  /** Said at the form itself; empty when nothing is wrong. */
  error: string;
  /** Said at the fields, by their names. */
  troubles: Signal<ReadonlyMap<string, Trouble>>;
  onSubmit(event: TargetedEvent<HTMLFormElement>): void;
  onInput(event: TargetedEvent<HTMLFormElement>): void;
}

type OfFaults<T> = Partial<Record<FaultCode | LocalCode, T>>;

/** Which field a fault is about, where the form has that field. */
const FIELD_OF: OfFaults<string> = {
  bad_username: "username",
  username_taken: "username",
  bad_nickname: "nickname",
  nickname_taken: "nickname",
  weak_password: "password",
  bad_email: "email",
  email_taken: "email",
  bad_phone: "phone",
  bad_code: "code",
  bad_invitation: "invitation",
  invitation_needed: "invitation",
};

/** Hands what is wrong to the fields of a form. */
export const TroublesContext = createContext<Submit["troubles"] | undefined>(undefined);

/** What is wrong with a field; empty when nothing is. */
export function useTrouble(name: string): string {
  return useContext(TroublesContext)?.value.get(name)?.() ?? "";
}

/**
 * Runs `act` with the form's fields. `fieldOf`: what else is about a field of this form; `wordsOf`: what is said of
 * it here in other words than elsewhere.
 */
export function useSubmit(
  act: (fields: Fields) => Promise<unknown>,
  fieldOf: OfFaults<string> = {},
  wordsOf: OfFaults<Trouble> = {},
): Submit {
  const busy = useSignal(false);
  const error = useSignal<Trouble | undefined>(undefined);
  const troubles = useSignal<ReadonlyMap<string, Trouble>>(new Map());

  async function submit(form: HTMLFormElement): Promise<void> {
    error.value = undefined;
    troubles.value = troublesOf(form);
    if (troubles.value.size > 0) return focusFirst(form, troubles.value);
    busy.value = true;
    try {
      await act(fieldsOf(form));
    } catch (thrown) {
      const code = thrown instanceof RequestError ? thrown.code : undefined;
      const name = code && ({ ...FIELD_OF, ...fieldOf } as OfFaults<string>)[code];
      const trouble = code && wordsOf[code] || (() => faultWords(thrown));
      if (name === undefined || !form.elements.namedItem(name)) error.value = trouble;
      else {
        troubles.value = new Map([[name, trouble]]);
        focusFirst(form, troubles.value);
      }
    }
    busy.value = false;
  }

  return {
    busy: busy.value,
    error: error.value?.() ?? "",
    troubles,
    onSubmit(event) {
      event.preventDefault();
      if (!busy.value) void submit(event.currentTarget);
    },
    onInput({ target }) {
      error.value = undefined;
      const rest = new Map(troubles.value);
      if (target instanceof HTMLInputElement && rest.delete(target.name)) troubles.value = rest;
    },
  };
}

function fieldsOf(form: HTMLFormElement): Fields {
  const data = new FormData(form);
  return (name) => {
    const value = String(data.get(name) ?? "");
    const input = form.elements.namedItem(name);
    return input instanceof Element && input.matches("[data-password]") ? value : value.trim();
  };
}

/** What can be seen to be wrong before anybody is asked. */
function troublesOf(form: HTMLFormElement): ReadonlyMap<string, Trouble> {
  const found = new Map<string, Trouble>();
  for (const input of form.querySelectorAll("input")) {
    // What is no number at all has no value either.
    if (input.required && input.value.trim() === "" && !input.validity.badInput) {
      found.set(input.name, () => words.required);
    } else if (input.validity.typeMismatch) {
      found.set(input.name, () => words.faultAlone(words.faults.bad_email));
    } else if (input.minLength > [...input.value].length) found.set(input.name, () => words.passwordHint);
    else if (input.type === "number" && !input.validity.valid) {
      found.set(input.name, () => words.numberFrom(Number(input.min), Number(input.max)));
    }
  }
  return found;
}

/** Goes to the first field with trouble, once what is wrong stands at it. */
function focusFirst(form: HTMLFormElement, troubles: ReadonlyMap<string, Trouble>): void {
  const first = Array.from(form.querySelectorAll("input")).find(({ name }) => troubles.has(name));
  setTimeout(() => first?.focus());
}
