/** 中文：邀请链接。 */
import type { Translated } from "./catalogue.ts";
import type { enInvitations } from "./en_invitations.ts";
import { number } from "./zh_counting.ts";

/** 文字。 */
export const zhInvitations: Translated<typeof enInvitations> = {
  invitation: "你收到了邀请",
  invitationCode: "邀请",
  invitationCodeHint: "别人发给你的链接，或其中的邀请码。",
  invitedByLink: (by, rooms) => {
    const who = by === "" ? "你可以在这里注册账号" : `${by} 邀请你${rooms === "" ? "加入" : ""}`;
    return rooms === "" ? `${who}。` : `${who}${by === "" ? "，并" : ""}进入 ${rooms}。`;
  },
  firstAdministrator: "这里还没有任何账号。你的账号将管理这台服务器。",
  badInvitation: "这个邀请用不了",

  invitationLinks: "邀请链接",
  invitationsNote: "别人可以凭链接注册账号，并进入房间。",
  invitePeople: "邀请别人",
  inviteByLink: "用链接邀请",
  linkInto: "进入这些房间",
  inviteUses: "可用人数",
  inviteDays: "有效期",
  days: (days) => `${number(days)} 天`,
  makeInvitation: "生成链接",
  madeInvitation: "链接在这里，只显示这一次。",
  invitationLink: "链接",
  copyInvitation: "复制",
  invitationCopied: "已复制。",
  ownInvitations: "仍有效的链接",
  noInvitations: "没有。",
  noRooms: "不进入房间",
  usesLeft: (left, uses) => `还可用 ${number(left)} 次，共 ${number(uses)} 次`,
  goodUntil: (time) => `${time} 前有效`,
  revoke: "撤销",
  revokeInvitation: (rooms) => `撤销：${rooms}`,
};
