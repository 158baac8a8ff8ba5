/** The emoji that were chosen last in this browser. */

const ENTRY = "switchboard.emoji";
const KEPT_MAX = 24;
const FIRST: readonly string[] = ["👍", "❤️", "😂", "🎉", "🙏", "👀", "😮", "✅"];

/** The latest first; at first a few that many people use. */
export function recentEmoji(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(ENTRY) ?? "[]");
    const chars = Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
    return [...new Set([...chars, ...FIRST])].slice(0, KEPT_MAX);
  } catch {
    return [...FIRST];
  }
}

/** Notes that one was chosen. */
export function noteEmoji(char: string): void {
  try {
    localStorage.setItem(ENTRY, JSON.stringify([...new Set([char, ...recentEmoji()])].slice(0, KEPT_MAX)));
  } catch {
    // Full or forbidden: the picker works without.
  }
}
