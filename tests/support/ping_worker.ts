/// <reference lib="deno.worker" />
/** A guest over TCP who pings again and again and notes how long each took. See pings.ts. */

/** What came of its pings. */
export interface PingFigures {
  readonly count: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** Its connection ended. */
  readonly lost: boolean;
}

/** What it is told first. */
interface Begin {
  readonly host: string;
  readonly port: number;
  readonly everyMs: number;
}

const LAST_MS = 10_000;

let took: number[] = [];
let lost = false;
/** When the ping under way was sent. */
let since: number | undefined;

self.onmessage = async ({ data }: MessageEvent<Begin | "clear" | "figures">) => {
  if (data === "clear") took = [];
  else if (data === "figures") await lastPing().then(() => self.postMessage(figures()));
  else await connect(data);
};

async function connect({ host, port, everyMs }: Begin): Promise<void> {
  const connection = await Deno.connect({ hostname: host, port });
  const send = (line: object) => connection.write(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
  await send({ id: "in", op: "guest", nickname: "healthy" });
  void readReplies(connection);
  setInterval(async () => {
    if (lost || since !== undefined) return;
    since = performance.now();
    await send({ op: "ping", id: "ping" }).catch(() => lost = true);
  }, everyMs);
}

async function readReplies(connection: Deno.Conn): Promise<void> {
  let text = "";
  try {
    for await (const chunk of connection.readable.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) take(JSON.parse(line));
    }
  } catch {
    // It is lost, however.
  }
  lost = true;
}

function take({ re }: { re?: string }): void {
  if (re === "in") self.postMessage("ready");
  if (re !== "ping" || since === undefined) return;
  took.push(performance.now() - since);
  since = undefined;
}

/** However short it was, one ping tells how it goes. */
async function lastPing(): Promise<void> {
  const until = performance.now() + LAST_MS;
  while (took.length === 0 && !lost && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function figures(): PingFigures {
  const waiting = since === undefined ? [] : [performance.now() - since];
  const all = [...took, ...waiting].sort((one, other) => one - other);
  const share = (part: number) => all[Math.min(all.length - 1, Math.floor(all.length * part))] ?? 0;
  return { count: all.length, p50: share(0.5), p99: share(0.99), most: share(1), lost };
}
