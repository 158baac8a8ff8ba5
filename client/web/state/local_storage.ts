/**
 * What this browser keeps between visits, as JSON under a key of `localStorage`. Where that is full or forbidden
 * nothing is kept, and the page works without. No secret is in it.
 */
import { nameKey } from "../../../server/core/shared/names.ts";
import type { Target } from "../route.ts";

/** What is kept under a key; undefined: nothing, or nothing that can be read. */
export function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value in place of the one before; undefined removes it. */
export function writeStored(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: it lasts as long as the page.
  }
}

/** What is kept of a person's visit: how far they have seen, of what they want to be told, where they were. */
export interface Visit {
  epoch?: string;
  /** The `seq` of the last stored event seen. */
  since?: number;
  /** The keys of targets. */
  muted: string[];
  /** The same, of conversations where one wants to be told of mentions only. */
  mentionsOnly?: string[];
  /** The conversation that was open last. */
  place?: Target;
}

/** The last visit under a nickname. */
export function loadVisit(nickname: string): Visit {
  const kept = (readStored(visitKey(nickname)) ?? {}) as Partial<Visit>;
  return { ...kept, muted: textsOf(kept.muted), mentionsOnly: textsOf(kept.mentionsOnly) };
}

function textsOf(kept: unknown): string[] {
  return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
}

export function saveVisit(nickname: string, visit: Visit): void {
  writeStored(visitKey(nickname), visit);
}

/** Forgets a visit, but for the room where it was: with whom they wrote in private is nobody else's affair. */
export function forgetVisit(nickname: string): void {
  const { place } = loadVisit(nickname);
  writeStored(visitKey(nickname), place && "room" in place ? { place, muted: [] } : undefined);
}

/** Everything that is kept under a nickname is kept under another from now on. */
export function moveKept(before: string, now: string): void {
  const keysOf = (nickname: string) => [visitKey(nickname), draftsKey(nickname), unsentKey(nickname)];
  const to = keysOf(now);
  for (const [at, key] of keysOf(before).entries()) {
    const kept = readStored(key);
    writeStored(key, undefined);
    writeStored(to[at]!, kept);
  }
}

/** Where somebody's drafts are kept. */
export function draftsKey(nickname: string): string {
  return `switchboard.drafts:${nameKey(nickname)}`;
}

/** Where is kept what somebody wrote and no server has yet. */
export function unsentKey(nickname: string): string {
  return `switchboard.unsent:${nameKey(nickname)}`;
}

function visitKey(nickname: string): string {
  return `switchboard:${nickname}`;
}
