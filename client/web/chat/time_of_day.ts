/** Times as the page's language writes them. */
import { computed } from "@preact/signals";
import { locale } from "../language.ts";

const clock = computed(() => new Intl.DateTimeFormat(locale.value, { timeStyle: "short" }));

/** Hours and minutes. `at`: milliseconds since 1970. */
export function timeOf(at: number): string {
  return clock.value.format(at);
}

const wholeDate = computed(() =>
  new Intl.DateTimeFormat(locale.value, { dateStyle: "full", timeStyle: "medium" })
);

/** All there is to say of a time, weekday and seconds included. `at`: milliseconds since 1970. */
export function fullTimeOf(at: number): string {
  return wholeDate.value.format(at);
}

const dayAndClock = computed(() =>
  new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" })
);

/** The day, hours and minutes. `at`: milliseconds since 1970. */
export function dayAndTimeOf(at: number): string {
  return dayAndClock.value.format(at);
}
