/** 中文：消息周围的一切：连接状态、房间、成员。 */
import { countingIn, type Translated } from "./catalogue.ts";
import type { enShell } from "./en_shell.ts";

const { number } = countingIn("zh-CN");

/** 文字。 */
export const zhShell: Translated<typeof enShell> = {
  starting: "正在连接…",
  unreachable: "连不上服务器，正在重试…",
  tryAgain: "重试",
  lost: "连接断开，正在重连…",
  back: "已恢复连接",

  rooms: "房间",
  otherRooms: "其他房间",
  enterRoom: "进入房间",
  roomName: "房间名",
  enter: "进入",
  leave: "退出",
  leaveRoom: (room: string) => `退出 ${room}`,
  notIn: (room: string) => `你不在 ${room} 里。`,
  privates: "私聊",
  online: "在线",
  offline: "离线",
  nobodyElse: "现在没有别人在线。",
  guestMark: "游客",
  you: "我",
  owner: "房主",
  members: "成员",
  memberCount: (members: number) => `${number(members)} 人`,
  hideMembers: "收起成员列表",
  menu: "所有会话",
  conversations: "会话",
  unread: (messages: string) => `${messages} 条未读`,
  kicked: (room: string, by: string) => `${by} 把你移出了 ${room}。`,
  discard: "关闭",
};
