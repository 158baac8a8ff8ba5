/**
 * Names that look like others, by the skeletons of Unicode Technical Standard 39: "cаrol" with a Cyrillic letter looks
 * like "carol". A look is for comparing only. Who has such a name already keeps it; nobody new gets one.
 */
import unhomoglyph from "unhomoglyph";
import { nameKey } from "../shared/names.ts";

/** Names that are nobody's, because others would take whoever has one for the server or those who run it. */
const RESERVED = [
  "admin",
  "administrator",
  "chanserv",
  "deleted",
  "deletedaccount",
  "hostmaster",
  // What the server is called in IRC, without its dot.
  "ircswitchboard",
  "mod",
  "moderator",
  "nickserv",
  "noreply",
  "official",
  "operator",
  "postmaster",
  "root",
  "security",
  "server",
  "staff",
  "superuser",
  "support",
  "switchboard",
  "sysadmin",
  "sysop",
  "system",
  "webmaster",
  "已删除账号",
  "已注销帐号",
  "已注销账号",
  "客服",
  "服务器",
  "管理员",
  "系统",
  "系统管理员",
];

/** Words that call everybody, or would be taken for it (`@here`). Of these the guises would be too many: "Ali" is one of "all". */
const CALLING = new Set(["all", "everybody", "everyone", "here", "room"].map(skeleton));

/** What a name looks like: as it is written, and in lower case, for the one hides what the other shows ("I", "l"). */
export function looksOf(name: string): string[] {
  const written = name.normalize("NFKC");
  return Array.from(new Set([skeleton(written), skeleton(written.toLowerCase())]));
}

/** Whether a name is, or looks like, one that nobody may take, whatever signs are put between its letters. */
export function isReserved(name: string): boolean {
  const bare = [/[^\p{L}\p{N}\p{M}]/gu, /[^\p{L}\p{N}\p{M}|]/gu].map((signs) => name.replaceAll(signs, ""));
  if (bare.some((each) => CALLING.has(skeleton(nameKey(each))))) return true;
  return bare.flatMap(guises).some((guise) => RESERVED_GUISES.has(guise));
}

/**
 * What a name could be taken for, more widely than by its looks, which are kept on disk: each case shows what another
 * hides, also after letters of other scripts were replaced, and "1", "I" and "l" are one, as "0" and "O" are.
 */
function guises(name: string): string[] {
  const written = name.normalize("NFKC");
  const cases = [written, written.toLowerCase(), written.toUpperCase()];
  return cases.map((each) => skeleton(skeleton(each)).replaceAll(/[1i]/g, "l").replaceAll("0", "o"));
}

function skeleton(text: string): string {
  return unhomoglyph(text.normalize("NFD")).normalize("NFD").toLowerCase();
}

const RESERVED_GUISES = new Set(RESERVED.flatMap(guises));
