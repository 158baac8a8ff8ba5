/** 中文：房间设置、成员身份和置顶消息。 */
import type { Translated } from "./catalogue.ts";
import type { enRooms } from "./en_rooms.ts";
import { number } from "./zh_counting.ts";

/** 文字。 */
export const zhRooms: Translated<typeof enRooms> = {
  privateRoom: "私密",
  privateNote: "别人搜不到，受到邀请才能加入。",
  openNote: "所有人都能找到并加入。",
  openSure: (all) =>
    all
      ? "目前是私密房间。公开后，服务器上所有人都能找到并加入，还能看到之前的全部消息。"
      : "目前是私密房间。公开后，服务器上所有人都能找到并加入。",
  openRoom: "公开给所有人",
  archivedRoom: "已归档",
  archivedNote: "只能阅读，不再发言。",
  announcements: "公告",
  announcementsNote: "只有房主和管理员可以在这里发言。",
  membersOnline: (members: number, online: number) => `${number(members)} 人，${number(online)} 人在线`,

  aboutRoom: "房间信息",
  roomSettings: "房间设置",
  topic: "话题",
  topicHint: "一行字，显示在会话上方。",
  description: "简介",
  whoWrites: "谁可以发言",
  everybodyWrites: "所有人",
  moderatorsWrite: "房主和管理员",
  newcomersRead: "新成员能看到",
  readsAll: "全部消息",
  readsFromJoining: "加入之后的消息",
  archive: "归档",
  keptFor: "消息和文件的保留时间",
  keptDays: (days: number) => `${number(days)} 天`,
  keepDays: "消息和文件保留的天数",
  keepDaysHint: "填 0 则按服务器的规定保留。",
  deleteRoom: "删除房间",
  deleteRoomNote: (room: string) => `${room} 以及其中的所有消息和文件都会消失，所有人都无法恢复。`,
  typeToDelete: (room: string) => `输入 ${room} 以确认`,

  notOnline: "不在线",
  moreAbsent: (members: number) => `还有 ${number(members)} 人不在线`,
  places: { owner: "房主", moderator: "管理员" },
  makePlace: { member: "设为普通成员", moderator: "设为管理员", owner: "设为房主" },
  muteOne: "禁言…",
  kickOne: "移出…",
  muteSomebody: (nickname: string) => `禁言 ${nickname}`,
  muteNote: (nickname: string, room: string) => `${nickname} 可以阅读 ${room}，但不能发言。`,
  muteTime: "禁言多久",
  muteThem: "禁言",
  mutedOnes: "被禁言的人",
  letSpeak: "解除禁言",
  letSpeakAgain: (nickname: string) => `解除禁言：${nickname}`,

  inviteSomebody: "邀请成员",
  inviteInto: (room: string) => `邀请加入 ${room}`,
  inviteWhom: "昵称",
  inviteHint: "对方需要有账号，不在线也可以。",
  inviteThem: "邀请",
  invitedNow: (nicknames: string) => `已邀请：${nicknames}`,
  invitations: "收到的邀请",
  invitedBy: (nickname: string) => `来自 ${nickname}`,
  joinRoom: (room: string) => `加入 ${room}`,
  decline: "拒绝",
  declineRoom: (room: string) => `拒绝加入 ${room}`,

  archivedHere: "这个房间已归档，只能阅读，不能发言。",
  announcementsHere: "这里只有房主和管理员可以发言。",
  mutedUntil: (time: string) => `你在 ${time} 之前不能在这里发言。`,

  nothingToSee: "没有这个房间，或者你不在里面。",
  pinned: "置顶",
  pinnedMessages: "置顶消息",
  nothingPinned: "这里没有置顶消息。",
  pinnedBy: (nickname: string) => `由 ${nickname} 置顶`,
  pin: "置顶",
  unpin: "取消置顶",
  unpinOf: (from: string) => `取消置顶：${from} 的消息`,
  removeMessage: "对所有人移除",
  removeSure: "对所有人移除？",
  removedBy: (nickname: string) => `消息已被 ${nickname} 移除`,

  notifications: "消息提醒",
  notificationsOf: (room: string) => `${room} 的消息提醒`,
  toldOf: "提醒范围",
  levels: { all: "全部", mentions: "提到我的", nothing: "不提醒" },
  levelNotes: {
    all: "显示未读数；有人提到你时，会有声音和桌面通知。",
    mentions: "只有提到你的消息才会提醒。",
    nothing: "这个房间保持安静，不计未读。",
  },

  callRoom: "@room：房间里所有人",
  callHere: "@here：所有在线的人",
};
