/** Times as the reader's own language writes them. */

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

/** Hours and minutes. `at`: milliseconds since 1970. */
export function timeOf(at: number): string {
  return clock.format(at);
}
