/** A port that two share: whoever begins with an HTTP request there is carried on to the HTTP listener. */
import { connect, type Socket } from "node:net";

/** Where an HTTP listener is. */
export interface HttpAddress {
  host: string;
  port: number;
}

const GET = new TextEncoder().encode("GET ");

/** Whether what somebody said first is a browser's request; "more": it could be, more of it will tell. */
export function beginsHttp(head: Uint8Array): "yes" | "no" | "more" {
  if (!GET.subarray(0, head.length).every((byte, index) => byte === head[index])) return "no";
  return head.length < GET.length ? "more" : "yes";
}

/**
 * Hands each byte on as it comes, both ways, and no faster than the slower side takes it. When one side ends, the
 * other does, once it has what was under way or `lingerMs` have passed.
 *
 * The HTTP listener takes the connection for one from this machine, so everybody who comes this way counts as one
 * address there.
 */
export function relay(socket: Socket, head: Uint8Array, to: HttpAddress, lingerMs: number): void {
  const onward = connect({ ...to, noDelay: true });
  onward.on("error", () => {}); // "close" follows, and is all that matters
  onward.write(head);
  socket.pipe(onward);
  onward.pipe(socket);
  socket.on("close", () => endSoon(onward, lingerMs));
  onward.on("close", () => endSoon(socket, lingerMs));
}

function endSoon(socket: Socket, lingerMs: number): void {
  if (socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.on("close", () => clearTimeout(timer));
  socket.end(() => socket.destroy());
}
