/** The conversations that one has made quiet: what comes there is counted for nobody. */
import { signal } from "@preact/signals";
import type { Target } from "../route.ts";
import { targetKey } from "./target_key.ts";

/** What one person has muted. */
export class Muted {
  /** The keys of targets. */
  readonly keys = signal<ReadonlySet<string>>(new Set());

  has(target: Target): boolean {
    return this.keys.value.has(targetKey(target));
  }

  /** Makes a conversation quiet, or loud again. */
  toggle(target: Target): void {
    const keys = new Set(this.keys.value);
    if (!keys.delete(targetKey(target))) keys.add(targetKey(target));
    this.keys.value = keys;
  }
}
