/**
 * The page's files: whole, compressed, looked at again each time and not sent twice. Its service worker is told here
 * what they are and what they hold, so that it is another one as soon as one of them is.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import type { Hono, MiddlewareHandler } from "hono";
import { compress } from "hono/compress";
import { etag } from "hono/etag";
import type { Env } from "./http_request.ts";

const SERVICE_WORKER = "service_worker.js";
/** The page's worker that hashes files in WebAssembly. A worker has the policy it came with, so the page needs no such right. */
const HASHING = "/md5_worker.js";
const HASHING_POLICY = "default-src 'none'; script-src 'wasm-unsafe-eval'";

/** Serves a folder at the root. */
export function addPage(app: Hono<Env>, pages: string): void {
  app.use(caching("no-cache"));
  app.use(compress());
  app.use(etag());
  app.use(async (c, next) => {
    await next();
    if (c.req.path === HASHING) c.header("Content-Security-Policy", HASHING_POLICY);
  });
  app.use(packed(pages));
  app.get(`/${SERVICE_WORKER}`, async (c) => {
    const script = await serviceWorkerOf(pages);
    return c.body(script, 200, { "Content-Type": "text/javascript; charset=utf-8" });
  });
  app.use("/*", serveStatic({ root: pages }));
}

/** Says what may be kept of an answer: nothing, or what a look at the ETag has confirmed. */
export function caching(rule: "no-store" | "no-cache"): MiddlewareHandler {
  return async (c, next) => {
    await next();
    c.header("Cache-Control", rule);
  };
}

/**
 * A file that the build has packed beforehand (`page.js.br`), for browsers that take that: smaller by an eighth than what is
 * packed on its way. One that is older than its file is no picture of it.
 */
function packed(pages: string): MiddlewareHandler {
  return async (c, next) => {
    const [, name, kind = ""] = /^\/([a-z0-9_]+\.(js|css|txt))$/.exec(c.req.path) ?? [];
    const bytes = name !== undefined && TAKES_BROTLI.test(c.req.header("Accept-Encoding") ?? "")
      ? await readPacked(join(pages, name))
      : undefined;
    if (!bytes) return await next();
    return c.body(bytes, 200, {
      "Content-Type": `${TYPES[kind]}; charset=utf-8`,
      "Content-Encoding": "br",
      "Vary": "Accept-Encoding",
    });
  };
}

const TYPES: Record<string, string> = { js: "text/javascript", css: "text/css", txt: "text/plain" };
const TAKES_BROTLI = /(?:^|,)\s*br\s*(?:,|$|;\s*q=(?:1|0?\.\d*[1-9]))/i;

async function readPacked(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const [plain, small] = await Promise.all([stat(path), stat(`${path}.br`)]);
    return small.mtimeMs >= plain.mtimeMs ? new Uint8Array(await readFile(`${path}.br`)) : undefined;
  } catch {
    return undefined;
  }
}

/** The service worker's program, after a line that says what the page consists of: see client/web/service_worker.ts. */
async function serviceWorkerOf(pages: string): Promise<string> {
  const names = (await readdir(pages)).filter((name) => !/^\.|\.(map|br|br\..*)$/.test(name)).sort();
  const hash = createHash("sha256");
  let program = "";
  for (const name of names) {
    const content = await readFile(join(pages, name));
    hash.update(`${name} ${content.length}\n`).update(content);
    if (name === SERVICE_WORKER) program = content.toString();
  }
  const version = hash.digest("hex").slice(0, 16);
  // A worker with such a policy does not begin when a service worker brings it, and nobody sends files to a server
  // that is away. The bitmaps are for the system, which fetches them itself.
  const files = names.filter((name) => `/${name}` !== HASHING && !name.endsWith(".png")).map((name) =>
    name === "index.html" ? "" : name
  );
  return `const SHELL=${JSON.stringify({ version, files })};\n${program}`;
}
