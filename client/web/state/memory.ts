/**
 * What this browser remembers of a person between visits: how far they have seen, and with whom they talked in
 * private. No secret is in it, and signing out forgets it.
 */

/** What is remembered. */
export interface Memory {
  epoch?: string;
  /** The `seq` of the last stored event seen. */
  since?: number;
  /** Nicknames, the latest first. */
  privates: string[];
}

const PRIVATES_MAX = 50;

/** Reads what is remembered of a nickname; nothing when storage is out of reach. */
export function remembered(nickname: string): Memory {
  try {
    const kept: Partial<Memory> = JSON.parse(localStorage.getItem(entryOf(nickname)) ?? "{}");
    return { ...kept, privates: Array.isArray(kept.privates) ? kept.privates : [] };
  } catch {
    return { privates: [] };
  }
}

/** Remembers instead of what was remembered. */
export function remember(nickname: string, memory: Memory): void {
  const kept = { ...memory, privates: memory.privates.slice(0, PRIVATES_MAX) };
  try {
    localStorage.setItem(entryOf(nickname), JSON.stringify(kept));
  } catch {
    // Full or forbidden: the page works without.
  }
}

/** Forgets a nickname. */
export function forget(nickname: string): void {
  try {
    localStorage.removeItem(entryOf(nickname));
  } catch {
    // Forbidden: nothing was kept.
  }
}

function entryOf(nickname: string): string {
  return `switchboard:${nickname}`;
}
