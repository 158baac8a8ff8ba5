/** How a client proves who it is with SASL (RFC 4616, PLAIN), in pieces of base64. It knows no password that is right. */

/** Pieces of this length go on with the next. */
const PIECE_CHARS = 400;
const PIECES_MAX = 4;

/** A name, perhaps with a device behind it, and a password. */
export interface Credentials {
  readonly username: string;
  /** What tells apart the clients of one account. */
  readonly device: string;
  readonly password: string;
}

/** What came of a piece. */
type Taken = Credentials | "more" | "too_long" | "malformed";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The answer of one client, as it comes. */
export class PlainAnswer {
  #pieces: string[] = [];

  take(piece: string): Taken {
    if (piece.length > PIECE_CHARS || this.#pieces.length === PIECES_MAX) return "too_long";
    if (piece !== "+") this.#pieces.push(piece);
    if (piece.length === PIECE_CHARS) return "more";
    try {
      const text = utf8.decode(Uint8Array.fromBase64(this.#pieces.join("")));
      const [authorize = "", name = "", password, ...rest] = text.split("\0");
      if (password === undefined || name === "" || rest.length > 0) return "malformed";
      // Nobody acts for somebody else.
      if (authorize !== "" && authorize !== name && authorize !== namedIn(name).username) return "malformed";
      return { ...namedIn(name), password };
    } catch {
      return "malformed";
    }
  }
}

/** "ada/phone": ada, at her phone. */
function namedIn(name: string): { username: string; device: string } {
  const at = name.lastIndexOf("/");
  return at > 0
    ? { username: name.slice(0, at), device: name.slice(at + 1) }
    : { username: name, device: "" };
}

/** What PASS says: a name and a password, or a password for the nickname that is asked for. */
export function credentialsOf(pass: string, nickname: string): Credentials {
  const at = pass.indexOf(":");
  return at > 0
    ? { ...namedIn(pass.slice(0, at)), password: pass.slice(at + 1) }
    : { ...namedIn(nickname), password: pass };
}
