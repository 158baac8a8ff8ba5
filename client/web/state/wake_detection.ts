/**
 * Signs that the connection may have died without a word: the machine slept, the network came, went or is
 * another, somebody looks again.
 */

/** A clock that was to tick this often and is so much late has slept. */
const TICK_MS = 2_000;
const LATE_MS = 8_000;

/** Calls back at every sign; gives what ends that. */
export function onWake(callback: () => void): () => void {
  let ticked = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - ticked > TICK_MS + LATE_MS) callback();
    ticked = now;
  }, TICK_MS);
  const seen = () => {
    if (document.visibilityState === "visible") callback();
  };
  // Where the browser tells of it: another network.
  const { connection } = navigator as { connection?: EventTarget };
  addEventListener("online", callback);
  addEventListener("offline", callback);
  addEventListener("pageshow", callback);
  document.addEventListener("visibilitychange", seen);
  connection?.addEventListener("change", callback);
  return () => {
    clearInterval(timer);
    removeEventListener("online", callback);
    removeEventListener("offline", callback);
    removeEventListener("pageshow", callback);
    document.removeEventListener("visibilitychange", seen);
    connection?.removeEventListener("change", callback);
  };
}
