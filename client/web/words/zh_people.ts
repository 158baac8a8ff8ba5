/** 中文：成员与个人资料。 */
import type { Translated } from "./catalogue.ts";
import type { enPeople } from "./en_people.ts";
import { count } from "./zh_counting.ts";

/** 文字。 */
export const zhPeople: Translated<typeof enPeople> = {
  directory: "通讯录",
  findAnybody: "按昵称查找",
  nobodyFound: "没有这样昵称的账号。",
  onlineGuests: "在线的游客",
  showMorePeople: "显示更多",
  peopleShown: (people: number) => count(people, { other: "人" }),

  profile: "个人资料",
  picture: "头像",
  choosePicture: "选择图片",
  removePicture: "移除头像",
  pictureNote: "所有人都能看到。图片在本机裁成方形后才会上传。",
  noPicture: "无法把它显示为图片。",
  nicknameNote: "以前的消息保留当时的名字。",
  saveNickname: "修改昵称",
  availability: "我现在",
  available: "在线",
  awayShort: "离开",
  doNotDisturbShort: "请勿打扰",
  doNotDisturbNote: "不响铃，不弹通知。",
  status: "状态",
  statusEmoji: "状态的表情",
  statusText: "你在做什么？",
  statusEnds: "结束于",
  endsNever: "手动移除时",
  endsIn: { half: "半小时后", hour: "一小时后", four: "四小时后", today: "今晚", week: "一周后" },
  saveStatus: "显示状态",
  removeStatus: "移除状态",
  statusShown: "所有人都能看到你的状态。",
  statusRemoved: "不再显示状态。",

  mailAddress: "邮箱",
  noMailAddress: "未填写：忘记密码时无法找回。",
  changeMail: "修改邮箱",
  newMailAddress: "新邮箱",
  yourPassword: "你的密码",
  mailChanged: "邮箱已修改。",
  mailWaits: (address: string) => `验证码已发到 ${address}，填在这里后生效。`,
  confirmMail: "确认",
  wrongPassword: "密码不对。",

  missedLetters: "未读消息邮件",
  missedLettersWhich: "发送方式",
  missedLevels: { never: "不发送", without_text: "不含内容", with_text: "包含内容" },
  missedLettersNote: "私聊和提到你的消息 15 分钟未读时发送，每小时最多一封。",

  block: "屏蔽",
  unblock: "取消屏蔽",
  unblockPerson: (nickname: string) => `取消屏蔽 ${nickname}`,
  blocked: "屏蔽的人",
  blockedMark: "已屏蔽",
  blockedNote: "对方的私聊不会送达你，对方也不会知道。",
  nobodyBlocked: "没有屏蔽任何人。",

  takeAlong: "我的数据",
  takeAlongNote: "你写的消息（限你仍能阅读的地方）、你的私聊、文件和账号信息，打包成一个文件。",
  deleteAccount: "删除账号",
  deleteAccountNote: "立即生效，无法恢复。名字之后可被他人使用。",
  deleteForGood: "永久删除",
  deletedAccount: "已注销账号",
  guestProfileNote: "游客只有昵称。退出后注册账号，就能设置更多。",
};
