/**
 * Makes the page's programs and style in static/ of what is in client/web, and what browsers are sent of the large
 * files: `deno task build`. What is as it should be already is left alone, because a server may be handing it out.
 *
 * The page comes in pieces: page.js is what every visit needs, and start.js has it begin. What is loaded on demand
 * (`import()`) has a hash in its name, of itself and of all that it needs: so a page never gets a piece of another
 * version. A newer server has none of the pieces that an older open page asks for, and the page says so.
 */
import { Buffer } from "node:buffer";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { bundle } from "./bundler.ts";
import { withLastingNames } from "./pieces.ts";

const ROOT = dirname(import.meta.dirname!);
/** Made → of what below client/web, and where the bundler puts that. */
const MADE = {
  "page.css": { of: "style/page.css", at: "style/page.css" },
  "md5_worker.js": { of: "md5_worker.ts", at: "md5_worker.js" },
  "highlight_worker.js": { of: "highlight_worker.ts", at: "highlight_worker.js" },
  "service_worker.js": { of: "service_worker.ts", at: "service_worker.js" },
};
/** A piece that is loaded on demand, and what browsers are sent of it. */
const ON_DEMAND = /_[0-9a-f]{8}\.js(?:\.br)?$/;
/** What is worth packing beforehand, as small as it gets: it takes seconds. See server/transport/http/page_files.ts. */
const PACKED: readonly string[] = [
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
  let pieces: string[];
  try {
    const sources = Object.values(MADE).map(({ of }) => `client/web/${of}`);
    const minified = ["--platform", "browser", "--minify", "--outdir"];
    await bundle([...minified, made, ...sources]);
    for (const [name, { at }] of Object.entries(MADE)) await keep(name, await Deno.readFile(join(made, at)));
    await bundle([...minified, join(made, "page"), "--code-splitting", "client/web/main.ts"]);
    pieces = await keepPieces(join(made, "page"));
  } finally {
    await Deno.remove(made, { recursive: true });
  }
  for (const name of [...PACKED, ...pieces]) {
    const path = join(ROOT, "static", name);
    if (!await isPacked(path)) await replace(`${path}.br`, await packed(await Deno.readFile(path)));
  }
}

/** Keeps what the page is made of, and nothing of another version; gives the names. */
async function keepPieces(folder: string): Promise<string[]> {
  const made = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  const shared = made.filter((name) => name.startsWith("chunk-"));
  // The page would ask for a second one only once it has the first. A language's words share nothing with the page, and
  // dialogs.ts needs all of it.
  if (shared.length !== 1) throw new Error(`Cannot bundle: the page is ${shared.length} pieces, not one`);
  const named = (text: string) => text.replaceAll("main.js", "start.js").replaceAll(shared[0]!, "page.js");
  const pieces = withLastingNames(
    made.map((name) => ({ name: named(name), text: named(Deno.readTextFileSync(join(folder, name))) })),
  );
  const written = (text: string) => text.replaceAll(/-(?=[0-9a-f]{8}\.js\b)/g, "_");
  for (const { name, text } of pieces) await keep(written(name), new TextEncoder().encode(written(text)));
  const names = pieces.map(({ name }) => written(name));
  for (const { name } of Deno.readDirSync(join(ROOT, "static"))) {
    const isOld = ON_DEMAND.test(name) && !names.includes(name.replace(/\.br$/, ""));
    if (isOld) await Deno.remove(join(ROOT, "static", name));
  }
  return names;
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
