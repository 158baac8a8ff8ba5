/** What somebody does rather than says: a text that begins with "/me". Dialects and page import this one rule. */

/** How such a text begins. */
export const ME = "/me ";

/** What somebody does; undefined: they say it. */
export function actionOf(text: string): string | undefined {
  return text.startsWith(ME) && text.length > ME.length ? text.slice(ME.length) : undefined;
}
