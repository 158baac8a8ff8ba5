/** File names and arguments that are not UTF-8: the runtime puts U+FFFD into them, so they name something else. */

/** Why a file can't be opened whose name was read as another one. */
export const NOT_UTF8 = "its name is no UTF-8; rename it first";

/** Whether a text may stand for one that was not UTF-8. */
export function mayBeInvalidUtf8(text: string): boolean {
  return text.includes("\uFFFD");
}
