/** What is asked for in each row of the table of rights. An op without a row does not compile. */
import type { AdminCommands, AdminOp } from "../../server/core/shared/admin_commands.ts";
import type { Commands, Op } from "../../server/core/shared/commands.ts";
import { NAMES, OTHER, OUTSIDER, ROOM, type Scene } from "./rights_scene.ts";

type Fields<K extends Op> = (scene: Scene) => Commands[K]["asks"] | Promise<Commands[K]["asks"]>;

/** What makes one row of another: whose message it is, where something goes. */
type Rows = { readonly [K in Op]: Fields<K> | Readonly<Record<string, Fields<K>>> };

const room = () => ({ room: ROOM });
const nothing = () => ({});
const somebody = () => ({ room: ROOM, nickname: OTHER });
const MD5 = "0".repeat(32);

/** An administrator's command → its fields. One without a row does not compile. */
const ADMIN_FIELDS: { readonly [K in AdminOp]: AdminCommands[K]["asks"] } = {
  "account.list": {},
  "account.add": { username: "nina", nickname: "nina", password: "long enough" },
  "account.passwd": { name: OTHER, password: "lamp-relay-tone-3" },
  "account.disable": { name: OTHER },
  "account.enable": { name: OTHER },
  "account.delete": { name: OTHER },
  "account.role": { name: OTHER, role: "admin" },
  "account.sessions": { name: OTHER },
  "account.sign-out": { name: OTHER },
  "account.reset-link": { name: OTHER },
  "room.list": {},
  "room.kicks": { room: ROOM },
  "room.unkick": { room: ROOM, nickname: NAMES.banned },
  "room.delete": { room: ROOM },
  "invitation.make": {},
  "invitation.list": {},
  "invitation.revoke": { invitation: "none" },
  "settings": {},
  "settings.set": { setting: "registration", value: "closed" },
  "report.list": {},
  "report.close": { report: "none" },
  "message.remove": { message: "none" },
  "audit.list": {},
};

const ADMIN: Record<string, Fields<"admin">> = Object.fromEntries(
  Object.entries(ADMIN_FIELDS).map(([op, fields]) => [
    op,
    ({ message }: Scene) => ({ command: { op, ...fields, ...("message" in fields && { message }) } }),
  ]),
);

/** Op → its fields, or several with what they are about. */
export const ROWS: Rows = {
  register: () => ({ username: "nina", nickname: "nina", password: "long enough" }),
  entry: nothing,
  invitation: invitationOfOwner,
  "invitation.make": { "into the room": () => ({ rooms: [ROOM] }), "into none": nothing },
  invitations: nothing,
  "invitation.revoke": async (scene) => ({ invitation: (await made(scene)).id }),
  "invitation.use": invitationOfOwner,
  login: ({ who }) => ({ username: who === "suspended" ? NAMES.suspended : OTHER, password: "long enough" }),
  guest: () => ({ nickname: "gus" }),
  resume: nothing,
  missed: nothing,
  logout: nothing,
  sessions: nothing,
  admin: ADMIN,
  "session.end": async ({ me }) => {
    const own = me.session ? (await me.asks("sessions", {})).sessions[0]!.id : "none";
    return { session: own };
  },
  ping: nothing,
  keys: nothing,
  named: () => ({ names: ["bob"] }),
  "password.change": () => ({ old: "long enough", new: "lamp-relay-tone-3" }),
  "password.reset": () => ({ email: "tess@example.org" }),
  "password.confirm": () => ({ code: "none", new: "lamp-relay-tone-3" }),
  status: () => ({ text: "here" }),
  "account.nickname": () => ({ nickname: "nina" }),
  block: () => ({ nickname: OTHER, on: true }),
  blocks: nothing,
  account: nothing,
  "account.email": () => ({ email: null, password: "wrong" }),
  "account.email.confirm": () => ({ code: "none" }),
  "account.delete": () => ({ password: "wrong" }),
  "account.missed": () => ({ level: "never" }),
  "missed.stop": () => ({ token: "none" }),
  export: () => ({ part: "account" }),
  "account.avatar": () => ({ picture: null }),
  people: nothing,
  enter: room,
  leave: room,
  rooms: nothing,
  who: nothing,
  members: room,
  room,
  glance: nothing,
  "room.set": {
    "topic": () => ({ room: ROOM, topic: "what it is about" }),
    "name": () => ({ room: ROOM, name: "dungeon" }),
    "description": () => ({ room: ROOM, description: "more" }),
    "private": ({ kind }) => ({ room: ROOM, private: kind !== "private" }),
    "writing": ({ kind }) => ({ room: ROOM, writing: kind === "announcement" ? "everybody" : "moderators" }),
    "history": () => ({ room: ROOM, history: "joined" }),
    "archived": ({ kind }) => ({ room: ROOM, archived: kind !== "archived" }),
    "keep_days": () => ({ room: ROOM, keep_days: 7 }),
  },
  "room.role": () => ({ room: ROOM, nickname: OTHER, role: "moderator" }),
  "room.delete": room,
  invite: () => ({ room: ROOM, nickname: OUTSIDER }),
  invites: nothing,
  "invite.decline": room,
  kick: {
    "a member": somebody,
    "its moderator": () => ({ room: ROOM, nickname: NAMES.moderator }),
    "its owner": () => ({ room: ROOM, nickname: NAMES.owner }),
    "who is not inside": () => ({ room: ROOM, nickname: OUTSIDER, minutes: 5 }),
  },
  kicks: room,
  "kick.lift": () => ({ room: ROOM, nickname: NAMES.banned }),
  mute: {
    "a member": () => ({ room: ROOM, nickname: OTHER, minutes: 5 }),
    "its owner": () => ({ room: ROOM, nickname: NAMES.owner, minutes: 5 }),
  },
  send: {
    "to the room": () => ({ room: ROOM, text: "hi" }),
    "in private": () => ({ to: OTHER, text: "hi" }),
    "reply": ({ message }) => ({ room: ROOM, text: "hi", reply: message }),
    "a file of the room elsewhere": ({ file }) => ({ to: OTHER, text: "hi", file }),
  },
  edit: { "one's own": ({ own }) => ({ message: own, text: "other" }), "another's": editAnother },
  recall: { "one's own": ({ own }) => ({ message: own }), "another's": ({ message }) => ({ message }) },
  report: ({ message }) => ({ message, text: "not nice" }),
  react: ({ message }) => ({ message, emoji: "👍", on: true }),
  pin: ({ message }) => ({ message, on: true }),
  pins: room,
  notify: () => ({ room: ROOM, level: "mentions" }),
  history: {
    "of the room": room,
    "around a message": ({ message }) => ({ room: ROOM, around: message }),
    "in private": () => ({ with: OTHER }),
  },
  search: { "in the room": () => ({ room: ROOM, text: "words" }), "everywhere": () => ({ text: "words" }) },
  locate: {
    "of the room": ({ message }) => ({ message }),
    "in private": ({ letter }) => ({ message: letter }),
  },
  conversations: nothing,
  typing: { "in the room": room, "in private": () => ({ to: OTHER }) },
  place: () => ({ device: "phone", seq: 0 }),
  read: ({ message }) => ({ room: ROOM, message }),
  upload: {
    "to the room": () => ({ room: ROOM, name: "b.txt", size: 1, md5: MD5 }),
    "in private": () => ({ to: OTHER, name: "b.txt", size: 1, md5: MD5 }),
  },
  chunk: async (scene) => ({ file: await uploading(scene), offset: 0, data: new Uint8Array(1) }),
  finish: async (scene) => ({ file: await uploading(scene, true) }),
  deposit: ({ who }) => ({
    username: who === "suspended" ? NAMES.suspended : OTHER,
    password: "long enough",
    name: "d.txt",
    size: 1,
  }),
  "account.prove": ({ who }) => ({
    username: who === "suspended" ? NAMES.suspended : OTHER,
    password: "long enough",
  }),
  "deposit.finish": async (scene) => ({ file: await depositing(scene) }),
  cancel: async (scene) => ({ file: await uploading(scene) }),
  offers: nothing,
  accept: ({ offer }) => ({ file: offer }),
  refuse: ({ offer }) => ({ file: offer }),
  download: { "of the room": ({ file }) => ({ file }), "an offer": ({ offer }) => ({ file: offer }) },
  files: { "of the room": room, "in private": () => ({ with: OTHER }) },
};

/** The code of an invitation into the room, by somebody who may make one. */
async function invitationOfOwner(scene: Scene): Promise<{ code: string }> {
  return { code: (await made(scene)).code };
}

async function made({ who, me, world }: Scene): Promise<{ id: string; code: string }> {
  if (who === "owner") return await me.asks("invitation.make", { rooms: [ROOM] });
  const owner = world.someone();
  await owner.asks("login", { username: NAMES.owner, password: "long enough" });
  const { id, code } = await owner.asks("invitation.make", { rooms: [ROOM] });
  await owner.drops();
  return { id, code };
}

function editAnother({ message }: Scene) {
  return { message, text: "other" };
}

/** An upload of whoever asks, where they may have one; `whole`: with its bytes. */
async function uploading({ me }: Scene, whole = false): Promise<string> {
  const announced = await me.says("upload", { room: ROOM, name: "c.txt", size: 1, unchecked: true });
  if ("fault" in announced) return "none";
  const { file } = announced.reply;
  if (whole) await me.asks("chunk", { file, offset: 0, data: new Uint8Array(1) });
  return file;
}

/** A deposit with its byte, of the account of {@link OTHER}, who need not be signed in. */
async function depositing({ me }: Scene): Promise<string> {
  const asked = { username: OTHER, password: "long enough", name: "d.txt", size: 1 };
  const { file } = await me.asks("deposit", asked);
  await me.asks("chunk", { file, offset: 0, data: new Uint8Array(1) });
  return file;
}
