/** Addresses of the web in a text, as they stand in a bracket expression of a regular expression. */

/** What no address has in it: in Chinese a sentence goes on without a space. */
export const NOT_IN_ADDRESSES = String.raw`\s<>"，。；：！？、（）《》〈〉「」『』【】“”‘’…`;
/** What ends a sentence, or what is marked in it, is no part of an address in it. */
export const BEHIND_ADDRESSES = String.raw`?!.,:;*_~'"`;
