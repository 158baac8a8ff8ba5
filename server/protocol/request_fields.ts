/**
 * The fields of every request in JSON, by type alone: what a name or a text may be is the core's to say. A missing
 * op or field is a compile error.
 */
import * as v from "valibot";
import { FILE_GROUPS } from "../core/shared/events.ts";
import { AVAILABILITIES, MISSED_MAIL } from "../core/shared/profile.ts";
import { HISTORIES, NOTIFICATION_LEVELS, ROLES, WRITERS } from "../core/shared/room_settings.ts";
import type { Commands, Op } from "../core/shared/commands.ts";

/** What the native protocol offers. */
export type NativeOp = Exclude<
  Op,
  | "account.prove"
  | "deposit"
  | "deposit.finish"
  | "export"
  | "glance"
  | "keys"
  | "missed.stop"
  | "named"
  | "offers"
  | "place"
  | "room"
>;

type Fields = { [K in NativeOp]: v.GenericSchema<unknown, Commands[K]["asks"]> };

const text = v.string();
const maybeText = v.exactOptional(v.string());
const maybeFlag = v.exactOptional(v.boolean());
const whole = v.pipe(v.number(), v.integer());
const maybeWhole = v.exactOptional(whole);
/** A message by its id, or a time. */
const moment = v.union([text, whole]);
const nothing = v.object({});
const place = { room: maybeText, with: maybeText, person: maybeText };

/** Op → the schema of its fields; fields that it does not name are dropped. */
export const FIELDS: Fields = {
  register: v.object({
    username: text,
    nickname: text,
    password: text,
    email: maybeText,
    phone: maybeText,
    invitation: maybeText,
  }),
  entry: nothing,
  invitation: v.object({ code: text }),
  "invitation.make": v.object({
    rooms: v.exactOptional(v.array(text)),
    uses: maybeWhole,
    days: maybeWhole,
  }),
  invitations: v.object({ before: maybeText, limit: maybeWhole }),
  "invitation.revoke": v.object({ invitation: text }),
  "invitation.use": v.object({ code: text }),
  login: v.object({ username: text, password: text, offline: maybeFlag, exclusive: maybeFlag }),
  guest: v.object({ nickname: text, offline: maybeFlag }),
  resume: v.object({
    token: maybeText,
    epoch: maybeText,
    since: maybeWhole,
    portions: maybeFlag,
  }),
  missed: nothing,
  logout: nothing,
  sessions: nothing,
  admin: v.object({ command: v.record(v.string(), v.unknown()) }),
  "session.end": v.object({ session: text }),
  ping: v.object({ now: maybeFlag }),
  "password.change": v.object({ old: text, new: text, username: maybeText }),
  "password.reset": v.object({ email: text }),
  "password.confirm": v.object({ code: text, new: text }),
  enter: v.object({
    room: text,
    ephemeral: maybeFlag,
    private: maybeFlag,
    make: maybeFlag,
    follow: maybeFlag,
  }),
  "room.set": v.object({
    room: text,
    name: maybeText,
    topic: maybeText,
    description: maybeText,
    private: maybeFlag,
    writing: v.exactOptional(v.picklist(WRITERS)),
    history: v.exactOptional(v.picklist(HISTORIES)),
    archived: maybeFlag,
    keep_days: maybeWhole,
  }),
  "room.role": v.object({ room: text, nickname: text, role: v.picklist(ROLES) }),
  "room.delete": v.object({ room: text }),
  invite: v.object({ room: text, nickname: text, on: maybeFlag }),
  invites: nothing,
  "invite.decline": v.object({ room: text }),
  mute: v.object({ room: text, nickname: text, minutes: whole }),
  pin: v.object({ message: text, on: v.boolean() }),
  pins: v.object({ room: text }),
  notify: v.object({ room: text, level: v.picklist(NOTIFICATION_LEVELS) }),
  leave: v.object({ room: text, reason: maybeText }),
  rooms: v.object({ text: maybeText, after: maybeText, limit: maybeWhole }),
  status: v.object({
    availability: v.exactOptional(v.picklist(AVAILABILITIES)),
    emoji: maybeText,
    text: maybeText,
    until: maybeWhole,
  }),
  account: nothing,
  "account.email": v.object({ email: v.nullable(text), password: text }),
  "account.email.confirm": v.object({ code: text }),
  "account.missed": v.object({ level: v.picklist(MISSED_MAIL) }),
  "account.delete": v.object({ password: text }),
  "account.nickname": v.object({ nickname: text }),
  block: v.object({ nickname: maybeText, person: maybeText, on: v.boolean() }),
  blocks: nothing,
  "account.avatar": v.object({ picture: v.nullable(text) }),
  people: v.object({
    text: maybeText,
    after: maybeText,
    limit: maybeWhole,
    nicknames: v.exactOptional(v.array(text)),
  }),
  who: nothing,
  members: v.object({ room: text }),
  kick: v.object({ room: text, nickname: text, minutes: maybeWhole, reason: maybeText }),
  kicks: v.object({ room: text }),
  "kick.lift": v.object({ room: text, nickname: text }),
  send: v.object({
    room: maybeText,
    to: v.exactOptional(v.union([text, v.array(text)])),
    text: maybeText,
    file: maybeText,
    reply: maybeText,
    key: maybeText,
  }),
  edit: v.object({ message: text, text }),
  recall: v.object({ message: text, reason: maybeText }),
  report: v.object({ message: text, text }),
  react: v.object({ message: text, emoji: text, on: v.boolean() }),
  history: v.object({
    ...place,
    before: v.exactOptional(moment),
    after: v.exactOptional(moment),
    around: v.exactOptional(moment),
    between: v.exactOptional(v.tuple([moment, moment])),
    limit: maybeWhole,
  }),
  locate: v.object({ message: text }),
  search: v.object({ ...place, text, before: maybeText, limit: maybeWhole }),
  conversations: v.object({ after: maybeText, limit: maybeWhole }),
  typing: v.object({ room: maybeText, to: maybeText }),
  read: v.object({ ...place, message: text }),
  upload: v.object({
    room: maybeText,
    to: maybeText,
    name: text,
    size: maybeWhole,
    md5: maybeText,
    folder: v.exactOptional(v.union([text, v.literal(true)])),
  }),
  chunk: v.object({ file: text, offset: whole, data: v.instance(Uint8Array) }),
  finish: v.object({ file: text, text: maybeText, reply: maybeText }),
  cancel: v.object({ file: text }),
  accept: v.object({ file: text }),
  refuse: v.object({ file: text }),
  download: v.object({ file: text, offset: maybeWhole }),
  files: v.object({
    ...place,
    folder: maybeText,
    before: maybeText,
    limit: maybeWhole,
    name: maybeText,
    kind: v.optional(v.picklist(FILE_GROUPS)),
  }),
};
