/** Names of a disk, and arguments, that are no UTF-8: what is read of them is something else. */

/** Why a file can't be opened whose name was read as another one. */
export const NOT_UTF8 = "its name is no UTF-8; rename it first";

/** Whether a text may stand for one that was no UTF-8. */
export function isMangled(text: string): boolean {
  return text.includes("\uFFFD");
}
