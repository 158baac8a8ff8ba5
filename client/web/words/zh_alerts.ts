/** Chinese: what the page tells of by itself. */
import type { Translated } from "./catalogue.ts";
import type { enAlerts } from "./en_alerts.ts";


/** The words. */
export const zhAlerts: Translated<typeof enAlerts> = {
  newVersion: "页面有新版本。",
  loadAnew: "刷新",
};
