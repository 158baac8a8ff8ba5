/** Who is spoken to: `@` and a nickname, anywhere in a text, in whatever case. */
import { nameKey } from "./place_key.ts";

/** Whether a text mentions a nickname. */
export function mentions(text: string, nickname: string): boolean {
  if (!text.includes("@") && !text.includes("＠")) return false;
  const name = `@${nameKey(nickname)}`;
  const searched = nameKey(text);
  for (let at = searched.indexOf(name); at !== -1; at = searched.indexOf(name, at + 1)) {
    const before = searched.slice(0, at).at(-1) ?? " ";
    const after = searched.slice(at + name.length)[Symbol.iterator]().next().value ?? " ";
    // Within an email address, or at the beginning of a longer name, it is somebody else. Chinese has no spaces.
    if (!/[\p{L}\p{N}_]/u.test(before) || /\p{Script=Han}/u.test(before)) {
      if (!/[\p{L}\p{N}_]/u.test(after) || /\p{Script=Han}/u.test(after)) return true;
    }
  }
  return false;
}
