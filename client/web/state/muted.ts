/** The conversations that one has made quiet: what comes there is counted for nobody. */
import { signal } from "@preact/signals";
import type { Place } from "../route.ts";
import { placeKey } from "./target_key.ts";

/** What one person has muted. */
export class Muted {
  /** The keys of places. */
  readonly keys = signal<ReadonlySet<string>>(new Set());

  has(place: Place): boolean {
    return this.keys.value.has(placeKey(place));
  }

  /** Makes a conversation quiet, or loud again. */
  toggle(place: Place): void {
    const keys = new Set(this.keys.value);
    if (!keys.delete(placeKey(place))) keys.add(placeKey(place));
    this.keys.value = keys;
  }
}
