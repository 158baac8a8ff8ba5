/** 中文：页面主动告知的事情。 */
import type { Translated } from "./catalogue.ts";
import type { enAlerts } from "./en_alerts.ts";

/** 文字。 */
export const zhAlerts: Translated<typeof enAlerts> = {
  newVersion: "页面有新版本。",
  loadAnew: "刷新",
  partMissing: "页面的这一部分没有加载成功。可能连不上服务器，或者服务器上已有新版本的页面。",
  languageMissing: "无法加载这种语言的页面。",

  alerts: "消息提醒",
  notify: "桌面通知",
  sound: "提示音",
  alertsHint: "没在看的时候，收到私聊或有人提到你会提醒；免打扰的会话不提醒。",
  notifyDenied: "浏览器已禁止本页面显示通知，可以在浏览器设置里重新允许。",
  notifyMissing: "浏览器在这里不能显示通知，需要 https。",
  failedSignIns: (wrong, time, from) =>
    `上次登录之后，有人用错误的密码尝试登录你的账号 ${wrong} 次，最近一次是 ${time}，来自 ${from}。如果不是你本人，请换一个难猜的密码。`,
  resetLinkMade: (by, time) =>
    `${by} 于 ${time} 为你的账号生成了重设密码的链接。如果不是你要求的，请问清原因。`,
  fromIn: (from: string, room: string) => `${from}（房间 ${room}）`,
  newestOf: (text: string, messages: number) => `${text}（${messages} 条新消息）`,
  newInPlaces: (messages: number, targets: number) => `${targets} 个会话有 ${messages} 条新消息`,
};
