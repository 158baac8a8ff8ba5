/**
 * The page's files: held in memory once for all who ask, whole and compressed, looked at again each time and not sent
 * twice. Its service worker is told here what they are and what they hold, so that it is another one as soon as one of
 * them is.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Context, Hono, MiddlewareHandler } from "hono";
import { getMimeType } from "hono/utils/mime";
import { type Env, sameTag } from "./http_request.ts";

const INDEX = "index.html";
const SERVICE_WORKER = "service_worker.js";
/** The page's worker that hashes files in WebAssembly. A worker has the policy it came with, so the page needs no such right. */
const HASHING = "md5_worker.js";
const HASHING_POLICY = "default-src 'none'; script-src 'wasm-unsafe-eval'";

/** A file is one of the folder itself, so no path can lead out of it. */
const NAME = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;
/** What is smaller compressed; pictures are that already. */
const COMPRESSED = /^(?:text\/|application\/(?:json|manifest|javascript)|image\/svg)/;

/** Serves a folder at the root. */
export function addPage(app: Hono<Env>, pages: string): void {
  const files = new PageFiles(pages);
  app.on(["GET", "HEAD"], "/*", async (c, next) => {
    const name = c.req.path === "/" ? INDEX : c.req.path.slice(1);
    const file = NAME.test(name) ? await files.get(name) : undefined;
    if (!file) return await next();
    if (name === HASHING) c.header("Content-Security-Policy", HASHING_POLICY);
    return send(c, file);
  });
}

/** Says what may be kept of an answer: nothing, or what a look at the ETag has confirmed. */
export function caching(rule: "no-store" | "no-cache"): MiddlewareHandler {
  return async (c, next) => {
    await next();
    c.header("Cache-Control", rule);
  };
}

type Encoding = "br" | "gzip" | "identity";

/** A file in the forms in which it is sent. */
interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly forms: ReadonlyMap<Encoding, Uint8Array>;
}

function send(c: Context<Env>, { type, etag, forms }: PageFile): Response {
  const encoding = encodingFor(c.req.header("Accept-Encoding") ?? "", forms);
  const bytes = forms.get(encoding)!;
  const tag = `"${etag}-${encoding}"`;
  c.header("Cache-Control", "no-cache");
  c.header("Vary", "Accept-Encoding");
  c.header("ETag", tag);
  if (sameTag(c.req.header("If-None-Match"), tag)) return c.body(null, 304);
  c.header("Content-Type", type);
  c.header("Content-Length", String(bytes.length));
  if (encoding !== "identity") c.header("Content-Encoding", encoding);
  return c.req.method === "HEAD" ? c.body(null) : c.body(inSlices(bytes));
}

function encodingFor(accepted: string, forms: PageFile["forms"]): Encoding {
  const takes = (name: string) =>
    new RegExp(String.raw`(?:^|,)\s*${name}\s*(?:,|$|;\s*q=(?:1|0?\.\d*[1-9]))`, "i").test(accepted);
  return (["br", "gzip"] as const).find((name) => forms.has(name) && takes(name)) ?? "identity";
}

const SLICE_BYTES = 64 * 1024;

/** Bytes that many share, handed to each as fast as they are taken. */
function inSlices(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.subarray(at, at += SLICE_BYTES));
      else controller.close();
    },
  }, { highWaterMark: 0 });
}

/** A folder's files as they are now. */
class PageFiles {
  readonly #folder: string;
  /** Name → what it was read from, and what came of it. */
  readonly #read = new Map<string, { readonly version: string; readonly file: Promise<PageFile> }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads a file unless it is the one that was read before; undefined: there is none. */
  async get(name: string): Promise<PageFile | undefined> {
    const version = name === SERVICE_WORKER ? await this.#versionOfAll() : await this.#versionOf(name);
    if (version === undefined) return undefined;
    const known = this.#read.get(name);
    if (known?.version === version) return await known.file;
    const file = this.#readFile(name);
    this.#read.set(name, { version, file });
    file.catch(() => this.#read.delete(name));
    return await file;
  }

  async #versionOf(name: string): Promise<string | undefined> {
    const [plain, packed] = await Promise.all(
      [name, `${name}.br`].map((each) => stat(join(this.#folder, each)).catch(() => undefined)),
    );
    return plain?.isFile() ? `${plain.mtimeMs} ${plain.size} ${packed?.mtimeMs}` : undefined;
  }

  async #versionOfAll(): Promise<string | undefined> {
    const names = await this.#names();
    if (!names.includes(SERVICE_WORKER)) return undefined;
    return (await Promise.all(names.map((name) => this.#versionOf(name)))).join();
  }

  async #readFile(name: string): Promise<PageFile> {
    const type = getMimeType(name) ?? "application/octet-stream";
    const plain = name === SERVICE_WORKER
      ? await this.#serviceWorker()
      : await readFile(join(this.#folder, name));
    const forms = new Map<Encoding, Uint8Array>([["identity", plain]]);
    if (COMPRESSED.test(type)) forms.set("gzip", await promisify(gzip)(plain));
    const packed = await this.#packed(name);
    if (packed) forms.set("br", packed);
    return { type, etag: createHash("sha256").update(plain).digest("hex").slice(0, 32), forms };
  }

  /**
   * What the build has packed beforehand (`page.js.br`): smaller by an eighth than what is packed on its way. One that is older
   * than its file is no picture of it.
   */
  async #packed(name: string): Promise<Uint8Array | undefined> {
    const path = join(this.#folder, name);
    const [plain, packed] = await Promise.all(
      [path, `${path}.br`].map((each) => stat(each).catch(() => undefined)),
    );
    return plain && packed && packed.mtimeMs >= plain.mtimeMs ? await readFile(`${path}.br`) : undefined;
  }

  async #names(): Promise<string[]> {
    return (await readdir(this.#folder)).filter((name) => !/^\.|\.(map|br|br\..*)$/.test(name)).sort();
  }

  /** The service worker's program, after a line that says what the page consists of: see client/web/service_worker.ts. */
  async #serviceWorker(): Promise<Uint8Array> {
    const names = await this.#names();
    const hash = createHash("sha256");
    let program = "";
    for (const name of names) {
      const content = await readFile(join(this.#folder, name));
      hash.update(`${name} ${content.length}\n`).update(content);
      if (name === SERVICE_WORKER) program = content.toString();
    }
    const version = hash.digest("hex").slice(0, 16);
    // A worker with such a policy does not begin when a service worker brings it, and files wait for a server that is
    // away. The bitmaps are for the system, which fetches them itself.
    const files = names.filter((name) => name !== HASHING && !name.endsWith(".png")).map((name) =>
      name === INDEX ? "" : name
    );
    return new TextEncoder().encode(`const SHELL=${JSON.stringify({ version, files })};\n${program}`);
  }
}
