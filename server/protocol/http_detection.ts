/** Tells HTTP from what others say first. */

/** The methods of RFC 9110 and RFC 5789, each with the space after it. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"].map((name) =>
  `${name} `
);
/** The same where something on this very server is asked for, as browsers do; ChatHTTP's programs name a host instead. */
const ASKING_HERE = METHODS.map((method) => `${method}/`);

/** Whether what somebody said first is an HTTP request; "more": it could be, more of it will tell. */
export function beginsHttp(head: Uint8Array): "yes" | "no" | "more" {
  return beginsWith(METHODS, head);
}

/** Whether it is a browser's, for something on this server. */
export function asksForPage(head: Uint8Array): "yes" | "no" | "more" {
  return beginsWith(ASKING_HERE, head);
}

function beginsWith(starts: readonly string[], head: Uint8Array): "yes" | "no" | "more" {
  const text = String.fromCharCode(...head.subarray(0, Math.max(...starts.map((start) => start.length))));
  if (starts.some((start) => text.startsWith(start))) return "yes";
  return starts.some((start) => start.startsWith(text)) ? "more" : "no";
}
