/**
 * What this browser remembers of a person between visits: how far they have seen, what they have muted, where
 * they were. No secret is in it, and signing out forgets all but the room.
 */

import type { Place } from "../route.ts";

/** What is remembered. */
interface Memory {
  epoch?: string;
  /** The `seq` of the last stored event seen. */
  since?: number;
  /** The keys of places. */
  muted: string[];
  place?: Place;
}

/** Reads what is remembered of a nickname; nothing when storage is out of reach. */
export function remembered(nickname: string): Memory {
  try {
    const kept: Partial<Memory> = JSON.parse(localStorage.getItem(entryOf(nickname)) ?? "{}");
    return { ...kept, muted: listOf(kept.muted) };
  } catch {
    return { muted: [] };
  }
}

/** Remembers instead of what was remembered. */
export function remember(nickname: string, memory: Memory): void {
  try {
    localStorage.setItem(entryOf(nickname), JSON.stringify(memory));
  } catch {
    // Full or forbidden: the page works without.
  }
}

/** Forgets a nickname, but for the room where it was: with whom they wrote in private is nobody else's affair. */
export function forget(nickname: string): void {
  const { place } = remembered(nickname);
  try {
    localStorage.removeItem(entryOf(nickname));
  } catch {
    // Forbidden: nothing was kept.
  }
  if (place && "room" in place) remember(nickname, { place, muted: [] });
}

function listOf(kept: unknown): string[] {
  return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
}

function entryOf(nickname: string): string {
  return `switchboard:${nickname}`;
}
