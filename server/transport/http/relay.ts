/** A port that two share: whoever begins with an HTTP request there is carried on to the HTTP listener. */
import { connect, type Socket } from "node:net";

/** Where an HTTP listener is. */
export interface HttpAddress {
  host: string;
  port: number;
}

/** Our end of a connection that is carried on, as the HTTP listener sees it → whose it is. */
const carried = new Map<string, string>();

/** The other end of a socket of the HTTP listener, also by way of {@link relay}; undefined when it is gone. */
export function addressOf(
  { remoteAddress, remotePort }: Pick<Socket, "remoteAddress" | "remotePort">,
): string | undefined {
  return carried.get(`${remoteAddress} ${remotePort}`) ?? remoteAddress;
}

/**
 * Hands each byte on as it comes, both ways, and no faster than the slower side takes it. When one side ends, the
 * other does, once it has what was under way or `lingerMs` have passed.
 */
export function relay(socket: Socket, head: Uint8Array, to: HttpAddress, lingerMs: number): void {
  const address = socket.remoteAddress ?? "unknown";
  const onward = connect({ ...to, noDelay: true });
  onward.on("error", () => {}); // "close" follows, and is all that matters
  onward.on("connect", () => {
    const end = `${onward.localAddress} ${onward.localPort}`;
    carried.set(end, address);
    onward.on("close", () => carried.delete(end));
    onward.write(head);
    socket.pipe(onward);
  });
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
