/** What the server asks of those who want to come in. Until it has said so, whatever it may allow is shown. */
import { signal } from "@preact/signals";
import type { Answer } from "../../../server/core/shared/commands.ts";
import { askAnonymously } from "../http.ts";
import type { EntryScreenName, Route } from "../route.ts";
import { words } from "../words.ts";

/** What it asks; undefined: it has not been heard. */
export const entryRules = signal<Answer<"entry"> | undefined>(undefined);

/** Asks the server. Where it does not answer, the forms say so when they are sent. */
export async function learnEntryRules(): Promise<void> {
  entryRules.value = await askAnonymously("entry", {}).catch(() => entryRules.peek());
}

/** Why a screen leads nowhere here; undefined: it leads somewhere. */
export function closedFor({ at }: Pick<Route, "at">): string | undefined {
  const rules = entryRules.value;
  if (at === "guest" && rules?.guests === false) return words.faultAlone(words.faults.guests_off);
  if (at !== "register" || rules?.registration !== "closed") return undefined;
  return words.faultAlone(words.faults.registration_closed);
}

/** The screens that one may go to. */
export function openWays(ways: readonly EntryScreenName[]): EntryScreenName[] {
  return ways.filter((at) => entryRules.value !== undefined && closedFor({ at }) === undefined);
}
