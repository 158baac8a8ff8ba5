/**
 * How names are written in IRC, one to one. A mark that IRC can't have in a name is written as its wide form ("," as "，", a space as one
 * that no word ends at): for the service both are the same name (shared/names.ts), so whatever a client answers with leads to whom, or where,
 * it stands for. What can't be typed easily may be written as "%" and two hexadecimal digits: "#release%20notes".
 */

/** Marks that no nickname may have, and no room. */
const NOT_IN_NICKNAMES = /[ ,*?!@.]|%(?=[0-9a-fA-F]{2})/g;
const NOT_IN_ROOMS = /[ ,]|%(?=[0-9a-fA-F]{2})/g;
/** What no nickname begins with: channels, places in them, masks of servers, the last parameter. */
const NOT_FIRST = /^[#&~@%+$:]/;
/** Where wide forms of ASCII begin. */
const WIDE = 0xfee0;
const WIDE_SPACE = "\u00a0";
const FIRST_MARK = 0x21;

/** A nickname as IRC clients see it. */
export function ircNick(nickname: string): string {
  return nickname.replaceAll(NOT_IN_NICKNAMES, wide).replace(NOT_FIRST, wide);
}

/** A room as IRC clients see it. */
export function ircRoom(room: string): string {
  return `#${room.replaceAll(NOT_IN_ROOMS, wide)}`;
}

/** The nickname that a client means. */
export function nicknameOf(nick: string): string {
  return plain(nick);
}

/** The room that a client means; undefined: it is none that a room is written as. */
export function roomOf(channel: string): string | undefined {
  return channel.length > 1 && channel.startsWith("#") ? plain(channel.slice(1)) : undefined;
}

/** Whether a target is a room's. */
export function isChannel(target: string): boolean {
  return target.startsWith("#");
}

function wide(mark: string): string {
  return mark === " " ? WIDE_SPACE : String.fromCharCode(mark.charCodeAt(0) + WIDE);
}

function plain(name: string): string {
  const read = name.replaceAll(/%([0-9a-fA-F]{2})/g, (all, hex: string) => {
    const code = parseInt(hex, 16);
    return code >= FIRST_MARK - 1 && code < 0x7f ? String.fromCharCode(code) : all;
  });
  return read.replaceAll(
    /[\u00a0\uff01-\uff5e]/g,
    (char) => char === WIDE_SPACE ? " " : String.fromCharCode(char.charCodeAt(0) - WIDE),
  );
}
