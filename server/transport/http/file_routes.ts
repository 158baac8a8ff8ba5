/**
 * Files over HTTP: bytes in with PUT, out with GET, a folder as a zip. Who may have what is the core's to say; here
 * it is served so that no browser takes it for a page.
 */
import { create as contentDisposition } from "content-disposition";
import { downloadZip } from "client-zip";
import type { Context, Hono } from "hono";
import type { Answer } from "../../core/shared/commands.ts";
import type { Stream } from "../../core/outcome.ts";
import type { FileInfo } from "../../core/shared/events.ts";
import { Fault } from "../../core/shared/faults.ts";
import { nameOn, pathsOn } from "../../core/shared/received_names.ts";
import { receive } from "./body.ts";
import { FOLDER_TYPE } from "../../core/files/announcements.ts";
import type { Dispatcher } from "../../protocol/dispatcher.ts";
import { callerOf, credentialsIn, type Env, fail, HttpAsker, sameTag } from "./http_request.ts";
import { isNavigation, readableFault } from "./readable_fault.ts";
import type { Site } from "./site.ts";

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
export function addFiles(app: Hono<Env>, { dispatcher, site }: { dispatcher: Dispatcher; site: Site }): void {
  app.put("/files/:id", async (c) => {
    const why = site.refuses(c.req.header());
    if (why !== undefined) return fail(c, new Fault("bad_request", `Cannot do this: ${why}`));
    const asker = new HttpAsker(dispatcher, { ...callerOf(c), takesOver: true });
    try {
      return c.json({ ok: true, offset: await receiveFrom(c, asker) });
    } finally {
      asker.done();
    }
  });
  app.get("/files/:id", async (c) => {
    // A link that somebody copied names their session, which says nothing here.
    const credential = site.credential(c.req.header(), undefined);
    const asker = new HttpAsker(dispatcher, {
      ...(credential !== undefined && { credential }),
      ...callerOf(c),
    });
    // Those of a browser may be meant for a proxy on the way.
    const own = asker.caller.credential === undefined && !isNavigation(c) ? credentialsIn(c) : undefined;
    if (own) await asker.ask<"account.prove">({ op: "account.prove", ...own });
    const file = c.req.param("id");
    const found = await asker.askForFile(file).catch((error) => {
      if (error instanceof Fault && isNavigation(c)) return error;
      throw error;
    });
    if (found instanceof Fault) {
      return isUnknownVisitor(found) ? toSignIn(c, file) : readableFault(c, found, "../");
    }
    const { answer, stream } = found;
    if (answer.type === FOLDER_TYPE) return sendFolder(c, asker, answer.name);
    if (!stream) throw new Fault("unknown_file", "Cannot send this file: it has no bytes");
    return await sendFile(c, asker, answer, stream);
  });
}

/** No cookie came along: nobody has signed in, or another site had the link, which gets none. */
function isUnknownVisitor({ code }: Fault): boolean {
  return code === "not_signed_in" || code === "bad_token";
}

/** The page has the cookie, or asks for a name; then it goes to the file. */
function toSignIn(c: Context<Env>, file: string): Response {
  const download = c.req.query("download") === undefined ? "" : "?download";
  c.header("Cache-Control", "no-store");
  return c.redirect(`../#/file/${encodeURIComponent(file)}${download}`, 303);
}

/** Adds a request's body to an upload from `?offset=` on; gives where it ended. @throws Fault */
async function receiveFrom(c: Context<Env>, asker: HttpAsker): Promise<number> {
  const file = c.req.param("id") ?? "";
  let offset = Number(c.req.query("offset") ?? "0");
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new Fault("wrong_offset", '"offset" is a number of bytes');
  }
  await receive(c.env.incoming, async (data) => {
    ({ offset } = await asker.ask<"chunk">({ op: "chunk", file, offset, data }));
  });
  return offset;
}

async function sendFile(
  c: Context<Env>,
  asker: HttpAsker,
  answer: Answer<"download">,
  stream: Stream,
): Promise<Response> {
  const { name, size, md5, sha256, type } = answer;
  const inline = INLINE.has(type) && c.req.query("download") === undefined;
  const etag = `"${sha256}"`;
  const range = wantedRange(c, size, etag);
  const { start, end } = typeof range === "object" ? range : { start: 0, end: size - 1 };
  const isNew = !sameTag(c.req.header("If-None-Match"), etag);
  const isWanted = isNew && range !== "unsatisfiable" && c.req.method !== "HEAD";
  const finished = () => end + 1 === size && asker.streamed(stream);
  // What has vanished is told before anything is promised.
  const body = isWanted
    ? await begun(c, bytesFor(c, stream, start, end + 1), end + 1 - start, finished)
    : null;
  c.header("Content-Type", inline ? type : "application/octet-stream");
  c.header(
    "Content-Disposition",
    disposition(nameOf(name), inline ? "inline" : "attachment"),
  );
  c.header("Repr-Digest", `sha-256=:${base64(sha256)}:`);
  c.header("ETag", etag);
  c.header("Accept-Ranges", "bytes");
  protect(c);
  if (!isNew) return c.body(null, 304);
  if (range === "unsatisfiable") {
    c.header("Content-Range", `bytes */${size}`);
    return c.body(null, 416);
  }
  if (range) c.header("Content-Range", `bytes ${start}-${end}/${size}`);
  else c.header("Content-MD5", base64(md5));
  c.header("Content-Length", String(end + 1 - start));
  const status = range ? 206 : 200;
  return body ? c.body(body, status) : c.body(null, status);
}

/** A file's own name for browsers, which know their system; for what reads plain names only, one that every system can have. */
export function disposition(name: string, type: "inline" | "attachment"): string {
  const plain = nameOn("any", name);
  if (plain === name) return contentDisposition(name, { type });
  return contentDisposition(name, { type, fallback: plain.replaceAll(/[^\x20-\x7e]/gu, "_") });
}

/** A path's last name. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function base64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

async function sendFolder(c: Context<Env>, asker: HttpAsker, name: string): Promise<Response> {
  const folder = c.req.param("id") ?? "";
  const done = () => asker.streamed({ file: folder });
  const { files } = await asker.ask<"files">({ op: "files", folder });
  c.header("Content-Type", "application/zip");
  c.header("Content-Disposition", disposition(`${nameOf(name)}.zip`, "attachment"));
  protect(c);
  if (c.req.method === "HEAD") return c.body(null);
  return new Response(
    downloadZip(entries(c, asker, name, files, done), { buffersAreUTF8: true }).body,
    c.res,
  );
}

/** The files of a folder one by one, each opened when its turn comes. All of them are one download. */
async function* entries(
  c: Context<Env>,
  asker: HttpAsker,
  folder: string,
  files: readonly FileInfo[],
  done: () => void,
) {
  let blocks: AsyncGenerator<Uint8Array> | undefined;
  whenOver(c, () => void blocks?.return(undefined));
  const top = nameOn("any", folder);
  const paths = pathsOn("any", files.map(({ name }) => name));
  yield { name: `${top}/` };
  for (const { id, name, size, type } of files) {
    const path = `${top}/${paths.get(name)}`;
    if (type === FOLDER_TYPE) {
      yield { name: `${path}/` };
      continue;
    }
    const { stream } = await asker.askForFile(id, true);
    if (!stream || isOver(c)) {
      throw new Fault("file_gone", "Cannot send this folder: a file of it has no bytes");
    }
    blocks = whole(bytesFor(c, stream, 0, size), size, () => {});
    yield { name: path, size, input: ReadableStream.from(blocks) };
  }
  done();
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
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  // Several ranges, or what can't be read, may be answered with the whole (RFC 9110, section 14.2).
  if (first === undefined || last === undefined || first + last === "") return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end ? { start, end } : "unsatisfiable";
}

/** A body whose first block has been read. @throws Fault `file_gone` */
async function begun(
  c: Context<Env>,
  bytes: AsyncIterable<Uint8Array>,
  length: number,
  finished: () => void,
): Promise<ReadableStream<Uint8Array>> {
  const blocks = whole(bytes, length, finished);
  whenOver(c, () => void blocks.return(undefined));
  let next: Promise<IteratorResult<Uint8Array>> | undefined = Promise.resolve(await blocks.next());
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await (next ?? blocks.next());
      next = undefined;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void blocks.return(undefined),
  }, { highWaterMark: 0 });
}

/**
 * Calls back when the answer is over, however it ends: a body that its server never began to read, because the other
 * side was gone by then, is told of nothing itself.
 */
export function whenOver(c: Context<Env>, close: () => void): void {
  if (isOver(c)) return close();
  const { incoming: { socket }, outgoing } = c.env;
  const once = () => {
    outgoing.off("close", once);
    socket.off("close", once);
    close();
  };
  outgoing.once("close", once);
  // An answer that never had its turn on the connection is not told of its end.
  socket.once("close", once);
}

/** Bytes of a file for as long as whoever asked is there. */
export function bytesFor(
  c: Context<Env>,
  stream: Stream,
  start: number,
  end: number,
): AsyncIterable<Uint8Array> {
  return stream.bytes(start, end, () => !isOver(c));
}

/** Whether whoever asked is gone. */
export function isOver({ env: { incoming, outgoing } }: Context<Env>): boolean {
  return outgoing.destroyed || incoming.socket.destroyed;
}

/** The blocks of a file; fewer bytes than there should be are an error. @throws Fault `file_gone` */
async function* whole(
  bytes: AsyncIterable<Uint8Array>,
  length: number,
  finished: () => void,
): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const block of bytes) {
    sent += block.length;
    yield block;
  }
  if (sent < length) {
    throw new Fault("file_gone", "Cannot send the rest of this file: its bytes are no longer there");
  }
  finished();
}
