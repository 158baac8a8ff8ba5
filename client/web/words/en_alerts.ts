/** English: what the page tells of by itself. */

/** The words. */
export const enAlerts = {
  newVersion: "A newer version of this page is here.",
  loadAnew: "Reload",
} as const;
