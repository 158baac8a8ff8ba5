/** What `switchboard doctor` has to say of one thing. */

/** What was found about one thing. `todo`: what to do about it. */
export interface Finding {
  state: "ok" | "warn" | "bad";
  about: string;
  found: string;
  todo?: string;
}
