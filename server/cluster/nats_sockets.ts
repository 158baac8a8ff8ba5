/**
 * Sockets of NATS' client (@nats-io/transport-node 3.4.0). It takes all its listeners from one that it gives up, as after a
 * wrong password; an error that comes a moment later, such as ECONNRESET, would be nobody's and end the program.
 */
import { NodeTransport } from "@nats-io/transport-node/lib/node_transport.js";

/** Has every socket that it opens from now on keep one listener for errors. */
export function guardSockets(): void {
  if (isGuarded) return;
  isGuarded = true;
  const { dial, startTLS } = NodeTransport.prototype;
  NodeTransport.prototype.dial = async function (place) {
    return guarded(await dial.call(this, place));
  };
  NodeTransport.prototype.startTLS = async function () {
    return guarded(await startTLS.call(this));
  };
}

let isGuarded = false;

function guarded<Kind extends NodeTransport["socket"]>(socket: Kind): Kind {
  const removeAll = socket.removeAllListeners.bind(socket);
  const keepOne = () => socket.listenerCount("error") > 0 ? socket : socket.on("error", () => {});
  // All of them and those of `undefined` are not the same.
  socket.removeAllListeners = (...events: Parameters<typeof removeAll>) => {
    removeAll(...events);
    return keepOne();
  };
  return keepOne();
}
