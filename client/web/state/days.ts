/** Days as the reader's calendar has them: some have 23 or 25 hours, and none ends everywhere at once. */
import { signal } from "@preact/signals";
import { differenceInCalendarDays } from "date-fns/differenceInCalendarDays";
import { startOfDay } from "date-fns/startOfDay";
import { startOfTomorrow } from "date-fns/startOfTomorrow";

/** When today began, in milliseconds since 1970. */
export const today = signal(startOfDay(Date.now()).getTime());

/** How many midnights are between. Times are in milliseconds since 1970. */
export function daysBetween(earlier: number, later: number): number {
  return differenceInCalendarDays(later, earlier);
}

/** Such as `2026-03-29`. */
export function dateOf(at: number): string {
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
