/**
 * Files over HTTP: bytes in with PUT, out with GET, a folder as a zip. Who may have what is the core's to say; here
 * it is served so that no browser takes it for a page.
 */
import { create as contentDisposition } from "content-disposition";
import { downloadZip } from "client-zip";
import type { Context, Hono } from "hono";
// @ts-types="npm:@types/range-parser@1.2.7"
import rangeParser from "range-parser";
import type { Answer } from "../core/commands.ts";
import type { Stream } from "../core/decision.ts";
import type { FileInfo } from "../core/events.ts";
import { asFault, Fault } from "../core/faults.ts";
import { LIMITS } from "../core/limits.ts";
import { FOLDER_TYPE } from "../core/uploads.ts";
import type { Dispatcher } from "../protocol/dispatcher.ts";
import { callerOf, type Env, fail, HttpAsker } from "./http_request.ts";
import { sameOrigin } from "./origin.ts";

/** What a browser shows by itself; nothing that can hold a script. The types come from the bytes, not from names. */
const INLINE = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
  "video/mp4",
  "video/webm",
  "audio/mpeg",
  "audio/ogg",
  "audio/wav",
  "audio/flac",
]);

/** Adds `/files/:id` to an app. */
export function addFiles(app: Hono<Env>, dispatcher: Dispatcher): void {
  app.put("/files/:id", async (c) => {
    const { origin, host } = c.req.header();
    if (!sameOrigin({ origin, host })) {
      return fail(c, new Fault("bad_request", "Cannot do this for a page of another server"));
    }
    const asker = new HttpAsker(dispatcher, { ...callerOf(c), takesOver: true });
    try {
      return c.json({ ok: true, offset: await receive(c, asker) });
    } finally {
      asker.done();
    }
  });
  app.get("/files/:id", async (c) => {
    const asker = new HttpAsker(dispatcher, callerOf(c));
    const { answer, stream } = await asker.askForFile(c.req.param("id"));
    if (answer.type === FOLDER_TYPE) return sendFolder(c, asker, answer.name);
    if (!stream) throw new Fault("unknown_file", "Cannot send this file: it has no bytes");
    return sendFile(c, asker, answer, stream);
  });
}

/** Adds a request's body to an upload from `?offset=` on; gives where it ended. @throws Fault */
async function receive(c: Context<Env>, asker: HttpAsker): Promise<number> {
  const file = c.req.param("id") ?? "";
  let offset = Number(c.req.query("offset") ?? "0");
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new Fault("wrong_offset", '"offset" is a number of bytes');
  }
  const { body } = c.req.raw;
  if (!body) return (await asker.ask<"chunk">({ op: "chunk", file, offset, data: new Uint8Array(0) })).offset;
  let held = 0;
  let pieces: Uint8Array[] = [];
  const add = async () => {
    const data = Buffer.concat(pieces, held);
    [pieces, held] = [[], 0];
    ({ offset } = await asker.ask<"chunk">({ op: "chunk", file, offset, data }));
  };
  for await (const piece of body) {
    pieces.push(piece);
    held += piece.length;
    if (held >= LIMITS.chunkBytesMax) await add();
  }
  await add();
  return offset;
}

function sendFile(c: Context<Env>, asker: HttpAsker, answer: Answer<"download">, stream: Stream): Response {
  const { name, size, md5, sha256, type } = answer;
  const inline = INLINE.has(type) && c.req.query("download") === undefined;
  const etag = `"${sha256}"`;
  c.header("Content-Type", inline ? type : "application/octet-stream");
  c.header(
    "Content-Disposition",
    contentDisposition(name, { type: inline ? "inline" : "attachment" }),
  );
  c.header("Content-MD5", Buffer.from(md5, "hex").toString("base64"));
  c.header("ETag", etag);
  c.header("Accept-Ranges", "bytes");
  protect(c);
  if (c.req.header("If-None-Match")?.split(/\s*,\s*/).includes(etag)) return c.body(null, 304);
  const range = wantedRange(c, size, etag);
  if (range === "unsatisfiable") {
    c.header("Content-Range", `bytes */${size}`);
    return c.body(null, 416);
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range) c.header("Content-Range", `bytes ${start}-${end}/${size}`);
  c.header("Content-Length", String(end + 1 - start));
  if (c.req.method === "HEAD") return c.body(null, range ? 206 : 200);
  const finished = () => end + 1 === size && asker.streamed(stream);
  return c.body(ReadableStream.from(reading(stream.bytes(start, end + 1), finished)), range ? 206 : 200);
}

async function sendFolder(c: Context<Env>, asker: HttpAsker, name: string): Promise<Response> {
  const folder = c.req.param("id") ?? "";
  const { files } = await asker.ask<"files">({ op: "files", folder });
  c.header("Content-Type", "application/zip");
  c.header("Content-Disposition", contentDisposition(`${name}.zip`));
  protect(c);
  if (c.req.method === "HEAD") return c.body(null);
  return new Response(downloadZip(entries(asker, name, files), { buffersAreUTF8: true }).body, c.res);
}

/** The files of a folder one by one, each opened when its turn comes. */
async function* entries(asker: HttpAsker, folder: string, files: readonly FileInfo[]) {
  yield { name: `${folder}/` };
  for (const { id, name, size, type } of files) {
    if (type === FOLDER_TYPE) {
      yield { name: `${folder}/${name}/` };
      continue;
    }
    const { stream } = await asker.askForFile(id);
    if (stream) yield { name: `${folder}/${name}`, size, input: ReadableStream.from(stream.bytes(0, size)) };
  }
}

/** Keeps whatever is in a file from being taken for a page. */
function protect(c: Context): void {
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Content-Security-Policy", "default-src 'none'; sandbox");
  c.header("Cache-Control", "private, no-cache");
}

function wantedRange(
  c: Context,
  size: number,
  etag: string,
): { start: number; end: number } | "unsatisfiable" | undefined {
  const header = c.req.header("Range");
  const condition = c.req.header("If-Range");
  if (header === undefined || (condition !== undefined && condition !== etag)) return undefined;
  const ranges = rangeParser(size, header);
  if (ranges === -1) return "unsatisfiable";
  // Several ranges, or what can't be read, may be answered with the whole (RFC 9110, section 14.2).
  return ranges === -2 || ranges.length !== 1 || ranges.type !== "bytes" ? undefined : ranges[0];
}

async function* reading(bytes: AsyncIterable<Uint8Array>, finished: () => void): AsyncIterable<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw asFault(error);
  }
  finished();
}
