/** 中文：消息与输入框。 */
import { countingIn, type Translated } from "./catalogue.ts";
import type { enMessages } from "./en_messages.ts";

const { number } = countingIn("zh-CN");

/** 文字。 */
export const zhMessages: Translated<typeof enMessages> = {
  messages: "消息",
  write: (name: string) => `发消息到 ${name}`,
  send: "发送",
  sending: "发送中…",
  waitedLong: "已经等了一天多。",
  notSent: "发送失败。",
  edited: "已编辑",
  recalled: "消息已撤回",
  recall: "撤回",
  recallSure: "撤回这条消息？",
  loadOlder: "加载更早的消息",
  loading: "加载中…",
  beginning: "会话从这里开始。",
  quiet: "还没有消息，打个招呼吧。",
  latest: "回到最新消息",
  today: "今天",
  yesterday: "昨天",
  said: (from: string, text: string) => `${from}：${text}`,
  sent: (from: string, name: string) => `${from} 发来 ${name}`,
  newSince: "新消息",
  messageOf: (from: string, time: string) => `${from}，${time}`,
  type: (names: string) => `${names} 正在输入…`,
  manyType: (count: number) => `${number(count)} 人正在输入…`,
};
