/**
 * Pictures of people: small squares, made by whoever shows them. The server takes a picture apart no further than to see
 * how large it is, so that no program that shows it is made to unpack a huge one.
 */
import { accountSession, type Caller } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { profileAt } from "../shared/profile.ts";
import type { State } from "../state/state.ts";
import type { StoredAvatar } from "../store/stored_people.ts";
import { profileTold } from "./status.ts";

/** Characters of what names a picture. */
const ID_CHARS = 32;

/** Shows another picture, or none. @throws account_needed bad_file */
export function setAvatar(
  core: Core,
  caller: Caller,
  { picture }: Command<"account.avatar">,
): Prepared<Answer<"account.avatar">> {
  const { id: session } = accountSession(caller, "show a picture");
  const avatar = picture === null ? null : checkedPicture(core, picture);
  return { proposal: { kind: "account.avatar", at: core.clock(), session, avatar } };
}

/** @throws not_signed_in */
export function applyAvatar(
  state: State,
  { session, avatar, at }: Proposal<"account.avatar">,
): Outcome<Answer<"account.avatar">> {
  const { person } = sessionIn(state, session);
  state.store.write({ kind: "avatar.set", account: person.id, avatar });
  const profile = profileAt(state.store.people.profile(person.id), at);
  return {
    reply: { avatar: avatar?.id ?? null },
    tell: [profileTold(state, person, profile, { what: "avatar", by: session })],
  };
}

/** @throws bad_file */
function checkedPicture(core: Core, data: string): StoredAvatar {
  const refuse = (why: string) => new Fault("bad_file", `Cannot show this picture: ${why}`);
  const { avatarBytesMax, avatarPixelsMax } = LIMITS;
  if (data.length > Math.ceil(avatarBytesMax / 3) * 4) {
    throw refuse(`it is larger than ${avatarBytesMax / 1024} KiB`);
  }
  const bytes = bytesOf(data);
  if (!bytes) throw refuse("it is not base64");
  const picture = pngSize(bytes) ?? jpegSize(bytes);
  if (!picture) throw refuse("it is no PNG or JPEG");
  const { type, width, height } = picture;
  if (width !== height || width < 1 || width > avatarPixelsMax) {
    throw refuse(`it is ${width} × ${height}, and not a square of up to ${avatarPixelsMax}`);
  }
  return { id: core.secrets.digest(data).slice(0, ID_CHARS), type, data };
}

function bytesOf(data: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(data);
  } catch {
    return undefined;
  }
}

interface Picture {
  type: string;
  width: number;
  height: number;
}

/** As its header says (ISO/IEC 15948, 11.2.2). */
function pngSize(bytes: Uint8Array): Picture | undefined {
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  if (bytes.length < 24 || signature.some((byte, at) => bytes[at] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!isWhole(view)) return undefined;
  return { type: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
}

/** Whether its chunks follow each other up to the last one, which is empty (11.2.5). */
function isWhole(view: DataView): boolean {
  for (let at = 8; at + 12 <= view.byteLength;) {
    if (view.getUint32(at + 4) === 0x49454e44) return true;
    at += 12 + view.getUint32(at);
  }
  return false;
}

/** As its frame header says (ITU-T T.81, B.2.2): markers follow each other up to that. */
function jpegSize(bytes: Uint8Array): Picture | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= bytes.length;) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      return { type: "image/jpeg", height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
