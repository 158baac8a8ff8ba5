/** Why connections end from here, as the last words for each reason; and how one is refused. */
import type { Event } from "../../core/shared/events.ts";
import type { Dialect } from "../../protocol/dialect.ts";
import type { Refusal } from "./peers.ts";

type Bye = Event<"bye">;

/** To somebody whose language is none of ours: one line, which a person at a terminal can act on. */
export const HELP =
  "This is Switchboard, a chat server, and it did not understand: send one JSON object a line, " +
  'such as {"id":1,"op":"guest","nickname":"ada"}, or open its page in a browser.\n';

/** To somebody who speaks plainly where TLS is spoken. */
export const TLS_NEEDED: Refusal = {
  code: "tls_needed",
  message: "This port speaks TLS: connect with it, as to tls://host:port.",
};

/** The same to somebody whose language is not clear. */
export const NO_TLS_HELP = `This is Switchboard, a chat server, and this port speaks TLS.
Connect with it, as "openssl s_client -quiet -connect host:port" does,
or ask for a port of your program: such ports are plain.
`;

/** To a browser at a port that is for programs of one language. */
export const NO_PAGE = [
  "HTTP/1.1 400 Bad Request",
  "Content-Type: text/plain",
  "Connection: close",
  "",
  "This port of Switchboard, a chat server, is for programs of one kind and speaks no HTTP.\n",
].join("\r\n");

/** To one who was refused too often in a row. */
export const OVERRUN: Bye = {
  event: "bye",
  code: "rate_limited",
  message: "You asked too much for too long: come back later.",
  retry_after_ms: 60_000,
};

/** To one for whom too much waits. */
export const SLOW_READER: Bye = {
  event: "bye",
  code: "slow_reader",
  message: "You read too slowly: too much waits for you. Connect again and resume.",
};

/** To one of whose unfinished messages most is held, when too much is held of everybody's. */
export const UNFINISHED: Bye = {
  event: "bye",
  code: "too_large",
  message: "What you sent is not finished, and the server holds too much of that: connect again.",
};

/** To one who has not signed in, when another comes for whom there is no room. */
export const NO_ROOM: Bye = {
  event: "bye",
  code: "too_many_connections",
  message: "The server is full, and you are not signed in: connect again later.",
};

/** To a channel of a program that has several, when no program waits for it. */
export const NOT_PENDING: Refusal = {
  code: "too_many_connections",
  message: "Cannot use this line: nobody of your address has just signed in and waits for it. Sign in first.",
};

/** To a program when a second connection came for one of its channels. */
export const CONTESTED: Bye = {
  event: "bye",
  code: "too_many_connections",
  message: "Somebody else of your address came for a line of yours: sign in again, or use one connection.",
};

/** To one after whose last words nothing can be read. */
export const UNREADABLE: Bye = {
  event: "bye",
  code: "too_large",
  message: "What you sent can't be read any further.",
};

/** To one who sent too much that no language has. */
export const TOO_MUCH_MALFORMED: Bye = {
  event: "bye",
  code: "too_much_nonsense",
  message: "You sent too much that can't be read.",
};

/** To one who has not signed in and asked nothing for so long. */
export function silent(ms: number): Bye {
  const message = `You asked nothing for ${
    ms / 1000
  } s and are not signed in: connect again when you are ready.`;
  return { event: "bye", code: "silent", message };
}

/** To one who is not let in, in the language of those who have not shown theirs. */
export function refusalWords(dialects: readonly Dialect[], refusal: Refusal): string | Uint8Array {
  const dialect = dialects.at(-1);
  const words = dialect?.encode({ event: "bye", ...refusal }, false);
  if (!dialect || typeof words !== "string") return "";
  return dialect.codec().pack?.([words])?.bytes ?? words;
}
