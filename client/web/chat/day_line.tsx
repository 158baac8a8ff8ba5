/** The line between two days. */
import { computed } from "@preact/signals";
import { locale } from "../language.ts";
import { dateOf, daysBetween, today } from "../state/days.ts";
import { words } from "../words.ts";

const longDay = computed(() =>
  new Intl.DateTimeFormat(locale.value, { weekday: "long", day: "numeric", month: "long" })
);
const fullDay = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: "full" }));
const longDayOfYear = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: "long" }));

export function DayLine({ at }: { at: number }) {
  return (
    <p class="day-line">
      <time dateTime={dateOf(at)} title={fullDay.value.format(at)}>{dayName(at)}</time>
    </p>
  );
}

function dayName(at: number): string {
  const ago = daysBetween(at, today.value);
  if (ago === 0) return words.today;
  if (ago === 1) return words.yesterday;
  const thisYear = new Date(at).getFullYear() === new Date(today.value).getFullYear();
  return (thisYear ? longDay : longDayOfYear).value.format(at);
}
