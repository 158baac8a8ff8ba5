/** The line between two days. */
import { computed } from "@preact/signals";
import { locale } from "../language.ts";
import { sameDay } from "../state/message_rows.ts";
import { words } from "../words.ts";

const DAY_MS = 24 * 3_600_000;
const longDay = computed(() =>
  new Intl.DateTimeFormat(locale.value, { weekday: "long", day: "numeric", month: "long" })
);
const longDayOfYear = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: "long" }));

export function DayLine({ at }: { at: number }) {
  return (
    <p class="day-line">
      <time dateTime={new Date(at).toISOString().slice(0, 10)}>{dayName(at)}</time>
    </p>
  );
}

function dayName(at: number): string {
  const now = Date.now();
  if (sameDay(at, now)) return words.today;
  if (sameDay(at, now - DAY_MS)) return words.yesterday;
  const thisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (thisYear ? longDay : longDayOfYear).value.format(at);
}
