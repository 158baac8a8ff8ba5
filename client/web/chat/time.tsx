/** Times and days as the page's language writes them, and as they stand on the page. */
import { computed, signal } from "@preact/signals";
import { locale } from "../language.ts";
import { words } from "../words.ts";
import { differenceInCalendarDays } from "date-fns/differenceInCalendarDays";
import { startOfDay } from "date-fns/startOfDay";
import { startOfTomorrow } from "date-fns/startOfTomorrow";

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

/** `at`: milliseconds since 1970; `children`: other words for it than hours and minutes. */
export function Time({ at, look, children }: { at: number; look?: string; children?: string }) {
  return (
    <time class={look} dateTime={new Date(at).toISOString()} title={fullTimeOf(at)}>
      {children ?? timeOf(at)}
    </time>
  );
}

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

const ago = computed(() => new Intl.RelativeTimeFormat(locale.value, { numeric: "auto" }));
const DAY_MS = 86_400_000;
const UNITS = [["hour", 3_600_000], ["minute", 60_000]] as const;

/** Such as `yesterday` or `5 minutes ago`. `at`: milliseconds since 1970. */
export function sinceThen(at: number): string {
  const passed = Math.max(0, Date.now() - at);
  // Yesterday ends at midnight, not 48 hours later.
  if (passed >= DAY_MS) return ago.value.format(-daysBetween(at, Date.now()), "day");
  for (const [unit, size] of UNITS) {
    if (passed >= size) return ago.value.format(-Math.floor(passed / size), unit);
  }
  return ago.value.format(0, "minute");
}

/** When today began, in milliseconds since 1970. */
const today = signal(startOfDay(Date.now()).getTime());

/** How many midnights are between: days have 23 or 25 hours now and then, and end elsewhere at other times. Times are in milliseconds since 1970. */
function daysBetween(earlier: number, later: number): number {
  return differenceInCalendarDays(later, earlier);
}

/** Such as `2026-03-29`. */
function dateOf(at: number): string {
  const day = new Date(at);
  const parts = [day.getFullYear(), day.getMonth() + 1, day.getDate()];
  return parts.map((part) => `${part}`.padStart(2, "0")).join("-");
}

let timer: ReturnType<typeof setTimeout> | undefined;
follow();
// A window that slept, or that the browser kept still, is told late of midnight.
for (const sign of ["focus", "pageshow"]) addEventListener(sign, follow);
document.addEventListener("visibilitychange", follow);

function follow(): void {
  clearTimeout(timer);
  today.value = startOfDay(Date.now()).getTime();
  timer = setTimeout(follow, startOfTomorrow().getTime() - Date.now());
}
