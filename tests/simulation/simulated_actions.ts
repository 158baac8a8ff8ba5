/** What somebody who is signed in does in a simulation. */
import { announced } from "../../server/core/files/announcements.ts";
import { Fault } from "../../server/core/shared/faults.ts";
import { ROLES } from "../../server/core/shared/room_settings.ts";
import type { Step } from "./schedule.ts";
import type { Simulation } from "./simulation.ts";
import type { Connection } from "./simulated_peer.ts";

const ROOMS = ["lobby", "ops", "den", "pit"];
const EMOJI = ["👍", "🍅", "🎉"];

type Action = (simulation: Simulation, connection: Connection, step: Step) => void;

const ACTIONS: readonly (readonly [number, Action])[] = [
  [28, sayInRoom],
  [16, sayInPrivate],
  [14, enter],
  [4, leave],
  [6, kick],
  [
    2,
    (_, connection, step) =>
      connection.request({ op: "kick.lift", room: roomOf(step.which), nickname: nameOf(step.how) }),
  ],
  [
    5,
    (simulation, connection, step) =>
      connection.request({
        op: "edit",
        message: messageOf(simulation, step, connection),
        text: `edited ${step.how % 100}`,
      }),
  ],
  [
    3,
    (simulation, connection, step) =>
      connection.request({ op: "recall", message: messageOf(simulation, step, connection) }),
  ],
  [6, react],
  [5, read],
  [6, (_, connection, { how }) => connection.close(how % 2 === 0 ? undefined : false)],
  [1, (_, connection) => connection.request({ op: "logout" })],
  [5, sendFile],
  [8, inviteOrEnter],
  [3, appoint],
  [3, mute],
  [4, setRoom],
  [
    3,
    (simulation, connection, step) =>
      connection.request({ op: "pin", message: messageOf(simulation, step), on: step.how % 4 > 0 }),
  ],
  [2, changePassword],
];
const ALL = ACTIONS.reduce((sum, [share]) => sum + share, 0);

/** Does one thing, if its connection may ask for anything now. */
export function act(simulation: Simulation, connection: Connection, step: Step): void {
  const { how, what } = step;
  if (!connection.session || connection.waiting > 0) {
    // It may be lost at any time.
    if (how % 50 === 0) connection.close();
    else if (connection.session && how % 3 === 0 && !connection.isBehind) {
      sayInRoom(simulation, connection, step);
    }
    return;
  }
  // Whoever has yet to ask for what they missed asks for nothing else, or goes once more.
  if (connection.isBehind) return how % 8 === 0 ? connection.close() : connection.askMissed();
  const { core } = connection.node;
  const [offered] = core.store.files.offeredTo(connection.session.person.id, 1);
  if (offered && how % 4 === 0) return answerOffer(connection, offered.id, what % 3 === 0);
  const { unanswered } = connection.device;
  if (unanswered && how % 2 === 0) return say(connection, unanswered);
  let rest = (what >>> 8) % ALL;
  for (const [share, action] of ACTIONS) {
    if (rest < share) return action(simulation, connection, step);
    rest -= share;
  }
}

function leave(_: Simulation, connection: Connection, { which }: Step): void {
  connection.request({ op: "leave", room: ownRoomOf(connection, which) });
}

function sayInRoom(_: Simulation, connection: Connection, { how, what }: Step): void {
  say(connection, {
    room: ownRoomOf(connection, how >>> 4),
    text: `${what % 1000} in a room`,
    key: `key ${what}`,
  });
}

function sayInPrivate(_: Simulation, connection: Connection, { how, what, which }: Step): void {
  const to = how % 5 === 0 ? [nameOf(what), nameOf(which)] : nameOf(what);
  say(connection, { to, text: `${what % 1000} in private`, key: `key ${what}` });
}

function say(connection: Connection, said: NonNullable<Connection["device"]["unanswered"]>): void {
  const { device } = connection;
  device.unanswered = said;
  connection.request({ op: "send", ...said }, {
    done({ reply, fault }) {
      if (device.unanswered === said) device.unanswered = undefined;
      if (fault) return;
      const sent = reply as { id: string; seq: number; at: number };
      device.hearers.acknowledge(sent);
      device.hearers.learn({ id: sent.id, from: connection.session?.person.nickname ?? "" });
    },
  });
}

function enter(_: Simulation, connection: Connection, { how, which }: Step): void {
  const room = roomOf(which);
  connection.request({ op: "enter", room, ephemeral: room === "den" || how % 4 === 0 });
}

function kick(_: Simulation, connection: Connection, { how, which, what }: Step): void {
  const minutes = how % 3 === 0 ? 0 : 1 + how % 20;
  // Rather from a room that is one's own.
  const own = Array.from(connection.session!.person.rooms).find(({ owner }) =>
    owner === connection.session!.person
  );
  const others = Array.from(own?.members ?? []).filter((person) => person !== own?.owner);
  const nickname = others[what % Math.max(1, others.length)]?.nickname ?? nameOf(what);
  connection.request({ op: "kick", room: own?.name ?? roomOf(which), nickname, minutes });
}

/** Makes a private room, invites somebody into one's own, or takes up what one is invited to. */
function inviteOrEnter(_: Simulation, connection: Connection, { how, which, what }: Step): void {
  const { core } = connection.node;
  const { person } = connection.session!;
  const [invited] = core.store.invitesOf(person.id);
  const room = invited && core.rooms.byId(invited.room);
  if (room && how % 3 > 0) return connection.request({ op: "enter", room: room.name });
  const own = Array.from(person.rooms).find(({ settings }) => settings.private);
  if (own && how % 4 > 0) return connection.request({ op: "invite", room: own.name, nickname: nameOf(what) });
  connection.request({ op: "enter", room: roomOf(which), private: true });
}

function appoint(_: Simulation, connection: Connection, { how, which, what }: Step): void {
  const role = ROLES[which % ROLES.length]!;
  connection.request({ op: "room.role", room: ownRoomOf(connection, how), nickname: nameOf(what), role });
}

function mute(_: Simulation, connection: Connection, { how, which, what }: Step): void {
  const minutes = how % 3 === 0 ? 0 : 1 + how % 20;
  connection.request({ op: "mute", room: ownRoomOf(connection, which), nickname: nameOf(what), minutes });
}

function setRoom(_: Simulation, connection: Connection, { how, which, what }: Step): void {
  const room = ownRoomOf(connection, which);
  const changes = [
    { topic: `topic ${how % 9}` },
    { name: roomOf(what) },
    { private: how % 2 === 0 },
    { archived: how % 3 === 0 },
    { writing: how % 3 === 0 ? "moderators" : "everybody" },
  ] as const;
  connection.request({ op: "room.set", room, ...changes[what % changes.length]! });
}

function react(simulation: Simulation, connection: Connection, step: Step): void {
  const emoji = EMOJI[step.which % EMOJI.length]!;
  connection.request({ op: "react", message: messageOf(simulation, step), emoji, on: step.how % 3 > 0 });
}

function read(simulation: Simulation, connection: Connection, step: Step): void {
  const where = step.how % 2 === 0
    ? { room: ownRoomOf(connection, step.which) }
    : { with: nameOf(step.which) };
  connection.request({ op: "read", message: messageOf(simulation, step), ...where });
}

/** All of a file at once. */
function sendFile(_: Simulation, connection: Connection, { which, what }: Step): void {
  const { core } = connection.node;
  const { person, id: session } = connection.session!;
  connection.goOn();
  const at = core.clock();
  try {
    const where = which % 3 === 0
      ? { room: ownRoomOf(connection, which >>> 8) }
      : { to: nameOf(which >>> 8) };
    const file = announced(core, person, {
      op: "upload",
      name: `file ${what % 100}`,
      size: 9,
      unchecked: true,
      ...where,
    });
    connection.propose({ kind: "file.announce", at, file });
    const hashes = { md5: "md5", sha256: "sha256", type: "image/png" };
    connection.propose({
      ...{ kind: "file.finish", at, session, file: file.id, id: core.newId() },
      ...{ ...hashes, text: undefined, reply: undefined },
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

function answerOffer(connection: Connection, file: string, accepted: boolean): void {
  connection.goOn();
  const { id: session } = connection.session!;
  connection.propose({ kind: "file.answer", at: connection.node.core.clock(), session, file, accepted });
}

function changePassword(_: Simulation, connection: Connection, { how }: Step): void {
  const { core } = connection.node;
  const { person, tokenHash } = connection.session!;
  const account = core.store.accountById(person.id);
  if (!account) return;
  connection.goOn();
  const { passwordHash, md5Hash } = account;
  connection.propose({
    ...{ kind: "password.change", at: core.clock(), account: account.id, proof: { passwordHash, md5Hash } },
    ...{ hashes: { passwordHash: `hash ${how}`, md5Hash: null }, except: tokenHash, named: false },
  });
}

function roomOf(number: number): string {
  return ROOMS[number % ROOMS.length]!;
}

/** Rather one that they are in. */
function ownRoomOf(connection: Connection, number: number): string {
  const own = Array.from(connection.session!.person.rooms);
  return number % 8 === 7 ? roomOf(number) : own[number % Math.max(1, own.length)]?.name ?? roomOf(number);
}

function nameOf(number: number): string {
  return ["ada", "bob", "cyd", "gil", "hal", "ivy", "ada#"][number % 7]!;
}

/** One of the last messages that anybody has heard of, or of one's own. */
function messageOf({ known }: Simulation, { who, how }: Step, by?: Connection): string {
  const nickname = how % 8 === 7 ? undefined : by?.session?.person.nickname;
  const last = known.filter(({ from }) => nickname === undefined || from === nickname).slice(-8);
  return last[(who + (how >>> 4)) % Math.max(1, last.length)]?.id ?? "none";
}
