/** How long ago something was, as the page's language says it. */
import { computed } from "@preact/signals";
import { locale } from "../language.ts";
import { daysBetween } from "../state/days.ts";

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
