/** The colours of code: found in a worker that begins with the first code that is shown. */
import type { CodePiece, CodeRequest, CodeResponse } from "../highlight_worker.ts";

/** What takes longer stays without colours. */
const PATIENCE_MS = 5_000;

interface Job {
  resolve(pieces: readonly CodePiece[] | undefined): void;
  timer: ReturnType<typeof setTimeout>;
}

const jobs = new Map<number, Job>();
const known = new Map<string, readonly CodePiece[] | undefined>();
const KNOWN_MAX = 200;
let worker: Worker | undefined;
let lastJob = 0;

/** Code piece by piece; undefined: its language is not known, or it takes too long. */
export async function piecesOf(text: string, language: string): Promise<readonly CodePiece[] | undefined> {
  const key = `${language}\n${text}`;
  if (known.has(key)) return known.get(key);
  const pieces = await ask(text, language);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(key, pieces);
  return pieces;
}

/** What is known already, so that it is drawn at once. */
export function knownPieces(text: string, language: string): readonly CodePiece[] | undefined {
  return known.get(`${language}\n${text}`);
}

function ask(text: string, language: string): Promise<readonly CodePiece[] | undefined> {
  return new Promise((resolve) => {
    worker ??= begin();
    const job = ++lastJob;
    jobs.set(job, { resolve, timer: setTimeout(giveUp, PATIENCE_MS) });
    worker.postMessage({ job, text, language } satisfies CodeRequest);
  });
}

function begin(): Worker {
  const made = new Worker(new URL("highlight_worker.js", document.baseURI), { type: "module" });
  made.onmessage = ({ data: { job, pieces } }: MessageEvent<CodeResponse>) => {
    const waiting = jobs.get(job);
    if (!waiting) return;
    jobs.delete(job);
    clearTimeout(waiting.timer);
    waiting.resolve(pieces);
  };
  made.onerror = giveUp;
  return made;
}

/** The worker is stuck, or did not begin: everybody who waits does without, and the next one gets a new one. */
function giveUp(): void {
  worker?.terminate();
  worker = undefined;
  for (const { resolve, timer } of jobs.values()) {
    clearTimeout(timer);
    resolve(undefined);
  }
  jobs.clear();
}
