/** 中文：页面主动告知的事情。 */
import type { Translated } from "./catalogue.ts";
import type { enAlerts } from "./en_alerts.ts";

/** 文字。 */
export const zhAlerts: Translated<typeof enAlerts> = {
  newVersion: "页面有新版本。",
  loadAnew: "刷新",
};
