/** How a client proves who it is with SASL (RFC 4616, PLAIN), in pieces of base64. It knows no password that is right. */

/** Pieces of this length go on with the next. */
const PIECE_CHARS = 400;
const PIECES_MAX = 4;

/** A name, and a password. */
export interface Credentials {
  readonly username: string;
  /** What tells apart the clients of one account; "": nothing. */
  readonly device: string;
  readonly password: string;
}

/** What may be meant, the longest name first: names may have the marks that end them here. The first that is an account's is meant. */
export type Meanings = readonly [Credentials, ...Credentials[]];

/** What came of a piece. */
type Taken = Meanings | "more" | "too_long" | "malformed";

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
      const meanings = meaningsOf(name, password);
      const names = ["", name, ...meanings.map(({ username }) => username)];
      return names.includes(authorize) ? meanings : "malformed";
    } catch {
      return "malformed";
    }
  }
}

/** "ada/phone" is somebody called so, or ada at her phone. No device has a ":" in it: what stands behind one is a password. */
function meaningsOf(name: string, password: string): Meanings {
  const whole = { username: name, device: "", password };
  const at = name.lastIndexOf("/");
  if (at < 1 || name.includes(":", at)) return [whole];
  return [whole, { username: name.slice(0, at), device: name.slice(at + 1), password }];
}

/** So many ":" of a password are tried as what ends a name. */
const ENDS_MAX = 8;

/** What PASS says: a name and a password, or a password for the nickname that is asked for. */
export function credentialsOf(pass: string, nickname: string): Meanings {
  const ends = Array.from(pass.matchAll(/:/g), ({ index }) => index).filter((at) => at > 0).slice(
    0,
    ENDS_MAX,
  );
  const [first, ...others] = ends.toReversed().flatMap((at) =>
    meaningsOf(pass.slice(0, at), pass.slice(at + 1))
  );
  const alone = meaningsOf(nickname, pass);
  return first ? [first, ...others, ...alone] : alone;
}
