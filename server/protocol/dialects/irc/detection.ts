/** Tells an IRC client by the command that it says first. */

/** What clients begin with, each with the blank or the end behind it. Some send an empty line, or tags, before it. */
const FIRST = ["CAP", "NICK", "USER", "PASS", "PING", "PONG", "QUIT", "AUTHENTICATE", "PROTOCTL", "STARTTLS"];
const HEAD_BYTES = 16;

const latin1 = new TextDecoder("latin1");

/** Whether what a peer says first is a command of IRC, in upper case or lower. */
export function begins(head: Uint8Array): "yes" | "no" | "more" {
  const text = latin1.decode(head.subarray(0, HEAD_BYTES)).toUpperCase();
  const word = /^[A-Z]*/.exec(text)![0];
  const end = text[word.length];
  if (end === undefined) return FIRST.some((each) => each.startsWith(word)) ? "more" : "no";
  return FIRST.includes(word) && (end === " " || end === "\r" || end === "\n") ? "yes" : "no";
}
