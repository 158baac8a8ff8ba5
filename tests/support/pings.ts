/** Somebody who does nothing wrong and pings from a thread of their own, to tell how a server serves everybody else. */
import type { PingFigures } from "./ping_worker.ts";

/** Pings that go on until they are stopped. */
interface Pings {
  /** What was measured up to now does not count. */
  clear(): void;
  /** Of the pings since then. */
  figures(): Promise<PingFigures>;
  stop(): void;
}

/** Begins to ping; resolves once somebody has signed in. `everyMs`: so long after each other, or after the answer. */
export async function startPings(
  { host, port }: { host: string; port: number },
  everyMs: number,
): Promise<Pings> {
  const worker = new Worker(import.meta.resolve("./ping_worker.ts"), { type: "module" });
  const next = <T>() => new Promise<T>((resolve) => worker.onmessage = ({ data }) => resolve(data));
  const ready = next();
  worker.postMessage({ host, port, everyMs });
  await ready;
  return {
    clear: () => worker.postMessage("clear"),
    figures() {
      const figures = next<PingFigures>();
      worker.postMessage("figures");
      return figures;
    },
    stop: () => worker.terminate(),
  };
}
