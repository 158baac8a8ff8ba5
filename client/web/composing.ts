/** Keys that belong to an input method. */

/** Whether a key goes to the input method that composes; Safari ends composing before its Enter comes. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
