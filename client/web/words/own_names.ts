/** What each language calls itself: the same in every catalogue, so that nobody has to guess. */
export const OWN_NAMES = { en: "English", zh: "中文" } as const;
