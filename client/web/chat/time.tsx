/** A time on the page: in short, and the whole date as its tooltip. */
import { fullTimeOf, timeOf } from "./time_of_day.ts";

/** `at`: milliseconds since 1970; `children`: other words for it than hours and minutes. */
export function Time({ at, look, children }: { at: number; look?: string; children?: string }) {
  return (
    <time class={look} dateTime={new Date(at).toISOString()} title={fullTimeOf(at)}>
      {children ?? timeOf(at)}
    </time>
  );
}
