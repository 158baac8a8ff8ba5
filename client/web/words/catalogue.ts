/** The shape of a catalogue's part: what English has, every other language has too, with the same placeholders. */
import type { FaultReason } from "../../../server/core/shared/faults.ts";

/** A part of a catalogue in another language than the one it was first written in. */
export type Translated<T> = {
  readonly [K in keyof T]: T[K] extends string ? string
    : T[K] extends (...given: never[]) => string ? T[K]
    : Translated<T[K]>;
};

/** Why something is refused, in another language than the server's; of what will be possible later, in how long. */
export type Reasons = Readonly<Record<FaultReason, string | ((time: string) => string)>>;

/** Numbers, and the words for so many of something, as one language has them. */
export function countingIn(locale: string) {
  const numbers = new Intl.NumberFormat(locale);
  const rules = new Intl.PluralRules(locale);
  return {
    number: (value: number) => numbers.format(value),
    /** Such as `3 files`: the number and the form that goes with it. */
    count: (value: number, forms: { one?: string; other: string }) => {
      const form = rules.select(value) === "one" ? forms.one ?? forms.other : forms.other;
      return `${numbers.format(value)} ${form}`;
    },
  };
}

export const OWN_NAMES = { en: "English", zh: "中文" } as const;
