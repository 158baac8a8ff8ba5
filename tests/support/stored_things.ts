/** Things to keep, as short as a test wants to write them. Their numbers and names follow from each other. */
import { NEW_ROOM } from "../../server/core/shared/room_settings.ts";
import type {
  Account,
  Recipient,
  StoredChange,
  StoredMessage,
  StoredRoom,
  StoredToken,
} from "../../server/core/store/store.ts";

/** An account whose id, username and nickname are this name. */
export function account(name: string): Account {
  return {
    id: name,
    username: name,
    nickname: name,
    email: `${name}@example.org`,
    phone: null,
    passwordHash: "old",
    md5Hash: "old of MD5",
    createdAt: 1,
    disabledAt: null,
    role: "member",
    confirmBy: null,
  };
}

/** A room whose id and name are this. */
export function room(id: string): StoredRoom {
  return {
    id,
    name: id,
    ephemeral: false,
    owner: null,
    createdAt: 1,
    spoken: false,
    lasting: false,
    lastAt: 1,
    maker: null,
    network: null,
    topicSet: null,
    settings: NEW_ROOM,
  };
}

/** A token that was made and last used at this time. */
export function token(hash: string, person: string, at: number): StoredToken {
  return {
    hash,
    person,
    nickname: person,
    guest: false,
    createdAt: at,
    usedAt: at,
    address: null,
    client: null,
    brief: false,
  };
}

/** Message number `seq`, which has the id `m<seq>`; by ada unless told. */
export function message(seq: number, told: Partial<StoredMessage> = {}): StoredMessage {
  const author = told.author ?? "ada";
  return {
    seq,
    id: `m${seq}`,
    at: seq * 100,
    author,
    from: author,
    guest: false,
    room: null,
    to: null,
    text: `text ${seq}`,
    kind: "text",
    reply: null,
    key: null,
    notice: false,
    edited: null,
    recalled: null,
    removedBy: null,
    file: null,
    ...told,
  };
}

/** Change number `seq` of a message. */
export function change(seq: number, of: StoredMessage, author: string = of.author): StoredChange {
  return { seq, at: seq * 100, author, from: author, message: of };
}

/** Somebody who gets a message. */
export function recipient(person: string, waiting = false): Recipient {
  return { person, nickname: person, waiting };
}
