/**
 * The only place where the state changes. A proposal is applied in the order of the log, at once and always in the same
 * way: it is checked against the state, changes memory and the store together, and says who is told what.
 */
import { applyConfirm, applyReset } from "./accounts/reset.ts";
import { audited } from "./audit/audit.ts";
import { applyAuditExpire } from "./audit/audit_end.ts";
import { applyLogin, applyLoginByCode } from "./accounts/login.ts";
import { applyLoginFailed } from "./accounts/warnings.ts";
import { applyInvitationFirst, applyInvitationMake, applyInvitationRevoke } from "./accounts/invitations.ts";
import { applyUnconfirmed } from "./people/unconfirmed.ts";
import { applyPasswordChange, applyRegister } from "./accounts/accounts.ts";
import {
  applyAdminDelete,
  applyAdminDisable,
  applyAdminEnable,
  applyAdminPassword,
  applyAdminReset,
  applyAdminRole,
} from "./admin/admin_accounts.ts";
import { applySetting } from "./admin/admin_settings.ts";
import { applyRoomDelete, applyUnkick } from "./admin/admin_rooms.ts";
import { applyAdminSignOut } from "./admin/admin_sessions.ts";
import { checkBy } from "./admin/by.ts";
import { applyExpire } from "./admin/housekeeping.ts";
import { applyAnnounce } from "./files/announcements.ts";
import { applyDeposit } from "./files/deposits.ts";
import { applyAnswer } from "./files/offers.ts";
import { applyCancel, applyFilesExpire, applyFinish, applyMismatch, applyUse } from "./files/uploads.ts";
import { applyEdit, applyReact, applyRecall } from "./messages/changes.ts";
import { applySend } from "./messages/messages.ts";
import { applyRead } from "./messages/reading.ts";
import type { Outcome } from "./outcome.ts";
import { applyAvatar } from "./people/avatar.ts";
import { applyBlock } from "./people/blocks.ts";
import { applyDelete, applyForget } from "./people/deletion.ts";
import { applyEmail, applyEmailConfirm } from "./people/email.ts";
import { applyMissedMail, applyMissedStop, applyMissedTold } from "./people/missed_mail.ts";
import { applyNickname } from "./people/nickname.ts";
import { applyStatus } from "./people/status.ts";
import type { Proposal, ProposalKind } from "./proposals.ts";
import { applyDecline, applyInvite } from "./rooms/invites.ts";
import { applyInvitationUse } from "./rooms/invited.ts";
import { applyKick, applyLift, applyMute } from "./rooms/kicks.ts";
import { applyPin } from "./rooms/pins.ts";
import { applyDeleteOwnRoom, applySetNotify, applySetRole, applySetRoom } from "./rooms/settings.ts";
import { applyMessageRemove, applyReport, applyReportClose } from "./reports/reports.ts";
import { applyFilesEnd, applyMessagesEnd } from "./retention/retention.ts";
import { applyEnter, applyForgotten, applyLeave, applyReleased } from "./rooms/membership.ts";
import { applyPlace } from "./sessions/device_places.ts";
import { applyDelivered } from "./sessions/catch_up.ts";
import { applyGone, applyLost, applyNodeLost } from "./sessions/leaving.ts";
import { applySessionEnd } from "./sessions/own_sessions.ts";
import { applyGuest, applyLogout, applyResume } from "./sessions/sessions.ts";
import type { State } from "./state/state.ts";

type Handlers = { readonly [K in ProposalKind]: (state: State, proposal: Proposal<K>) => Outcome };

const HANDLERS: Handlers = {
  "guest": applyGuest,
  "login": applyLogin,
  "login.code": applyLoginByCode,
  "login.failed": applyLoginFailed,
  "resume": applyResume,
  "logout": applyLogout,
  "session.end": applySessionEnd,
  "session.lost": applyLost,
  "node.lost": applyNodeLost,
  "session.delivered": applyDelivered,
  "person.gone": applyGone,
  "register": applyRegister,
  "account.unconfirmed": applyUnconfirmed,
  "invitation.make": applyInvitationMake,
  "invitation.revoke": applyInvitationRevoke,
  "invitation.use": applyInvitationUse,
  "invitation.first": applyInvitationFirst,
  "password.change": applyPasswordChange,
  "password.confirm": applyConfirm,
  "password.reset": applyReset,
  "status": applyStatus,
  "account.email": applyEmail,
  "account.email.confirm": applyEmailConfirm,
  "account.missed": applyMissedMail,
  "missed.stop": applyMissedStop,
  "missed.told": applyMissedTold,
  "account.export": () => ({}),
  "account.delete": applyDelete,
  "account.forget": applyForget,
  "account.nickname": applyNickname,
  "block": applyBlock,
  "account.avatar": applyAvatar,
  "room.enter": applyEnter,
  "room.leave": applyLeave,
  "room.kick": applyKick,
  "room.lift": applyLift,
  "room.mute": applyMute,
  "room.set": applySetRoom,
  "room.role": applySetRole,
  "room.delete": applyDeleteOwnRoom,
  "room.invite": applyInvite,
  "room.decline": applyDecline,
  "room.notify": applySetNotify,
  "pin": applyPin,
  "room.released": applyReleased,
  "room.forgotten": applyForgotten,
  "send": applySend,
  "edit": applyEdit,
  "recall": applyRecall,
  "report": applyReport,
  "react": applyReact,
  "read": applyRead,
  "device.place": applyPlace,
  "file.announce": applyAnnounce,
  "file.use": applyUse,
  "file.finish": applyFinish,
  "file.deposit": applyDeposit,
  "file.mismatch": applyMismatch,
  "file.cancel": applyCancel,
  "file.answer": applyAnswer,
  "files.expire": applyFilesExpire,
  "expire": applyExpire,
  "settings.set": applySetting,
  "messages.end": applyMessagesEnd,
  "files.end": applyFilesEnd,
  "audit.expire": applyAuditExpire,
  "admin.password": applyAdminPassword,
  "admin.sign-out": applyAdminSignOut,
  "admin.disable": applyAdminDisable,
  "admin.enable": applyAdminEnable,
  "admin.delete": applyAdminDelete,
  "admin.role": applyAdminRole,
  "admin.reset": applyAdminReset,
  "admin.report.close": applyReportClose,
  "admin.message.remove": applyMessageRemove,
  "admin.room.delete": applyRoomDelete,
  "admin.room.lift": applyUnkick,
};

/** Every kind of proposal. */
export const PROPOSAL_KINDS = Object.keys(HANDLERS) as readonly ProposalKind[];

/**
 * Applies one proposal, within a transaction of the store. It throws the Fault with which the proposal is refused; then
 * whoever called takes back what was changed up to there.
 */
export function apply(state: State, proposal: Proposal): Outcome {
  checkBy(state, proposal.admin);
  const handler = HANDLERS[proposal.kind] as (state: State, proposal: Proposal) => Outcome;
  return audited(state, proposal, handler);
}
