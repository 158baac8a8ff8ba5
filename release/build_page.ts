/**
 * Makes the page's programs and style in static/ of what is in client/web, and what browsers are sent of the large
 * files: `deno task build`. What is as it should be already is left alone, because a server may be handing it out.
 */
import { Buffer } from "node:buffer";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { bundle } from "./bundler.ts";

const ROOT = dirname(import.meta.dirname!);
/** Made → of what below client/web, and where the bundler puts that. */
const MADE = {
  "page.js": { of: "main.tsx", at: "main.js" },
  "page.css": { of: "style/page.css", at: "style/page.css" },
  "md5_worker.js": { of: "md5_worker.ts", at: "md5_worker.js" },
  "highlight_worker.js": { of: "highlight_worker.ts", at: "highlight_worker.js" },
  "service_worker.js": { of: "service_worker.ts", at: "service_worker.js" },
};
/** What is worth packing beforehand, as small as it gets: it takes seconds. See server/transport/http/page_files.ts. */
const PACKED: readonly string[] = [
  "page.js",
  "page.css",
  "md5_worker.js",
  "highlight_worker.js",
  "emoji.txt",
  "emoji_zh.txt",
];

const pack = promisify(brotliCompress);

/** Makes all of them. @throws Error with the bundler's words */
export async function buildPage(): Promise<void> {
  const made = await Deno.makeTempDir({ prefix: "switchboard_bundle_" });
  try {
    const sources = Object.values(MADE).map(({ of }) => `client/web/${of}`);
    await bundle(["--platform", "browser", "--minify", "--outdir", made, ...sources]);
    for (const [name, { at }] of Object.entries(MADE)) await keep(name, await Deno.readFile(join(made, at)));
  } finally {
    await Deno.remove(made, { recursive: true });
  }
  for (const name of PACKED) {
    const path = join(ROOT, "static", name);
    if (!await isPacked(path)) await replace(`${path}.br`, await packed(await Deno.readFile(path)));
  }
}

async function keep(name: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
  const path = join(ROOT, "static", name);
  const before = await Deno.readFile(path).catch(() => undefined);
  if (before === undefined || Buffer.compare(before, content) !== 0) await replace(path, content);
}

async function isPacked(path: string): Promise<boolean> {
  const [plain, small] = await Promise.all(
    [path, `${path}.br`].map((each) => Deno.stat(each).catch(() => undefined)),
  );
  return small !== undefined && (small.mtime ?? 0) >= (plain?.mtime ?? 0);
}

function packed(bytes: Uint8Array): Promise<Uint8Array> {
  return pack(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } });
}

/** At once or not at all: a half written one would be handed out. */
async function replace(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${crypto.randomUUID()}`;
  await Deno.writeFile(part, bytes);
  await Deno.rename(part, path);
}

if (import.meta.main) await buildPage();
