/**
 * Makes the page's programs and style in static/ of what is in client/web, and what browsers are sent of the large
 * files: `deno task build`. What is as it should be already is left alone, because a server may be handing it out.
 */
import { dirname, extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const ROOT = dirname(import.meta.dirname!);
/** Made → of what. */
const MADE = {
  "page.js": "main.tsx",
  "page.css": "style/page.css",
  "md5_worker.js": "md5_worker.ts",
  "service_worker.js": "service_worker.ts",
};
/** What is worth packing beforehand, as small as it gets: it takes seconds. See server/transport/page_files.ts. */
const PACKED: readonly string[] = ["page.js", "page.css", "md5_worker.js", "emoji.txt", "emoji_zh.txt"];

const pack = promisify(brotliCompress);

/** Makes all of them. @throws Error with the bundler's words */
export async function buildPage(): Promise<void> {
  await Promise.all(Object.entries(MADE).map(([name, source]) => build(name, source)));
  for (const name of PACKED) {
    const path = join(ROOT, "static", name);
    if (!await isPacked(path)) await writePacked(path, await Deno.readFile(path));
  }
}

async function build(name: string, source: string): Promise<void> {
  const made = await Deno.makeTempFile({ prefix: "switchboard_bundle_", suffix: extname(name) });
  try {
    await bundle(`client/web/${source}`, made);
    const content = await Deno.readTextFile(made);
    const target = join(ROOT, "static", name);
    if (content !== await Deno.readTextFile(target).catch(() => "")) {
      await Deno.writeTextFile(target, content);
    }
  } finally {
    await Deno.remove(made);
  }
}

async function bundle(from: string, to: string): Promise<void> {
  const args = ["bundle", "--quiet", "--platform", "browser", "--minify", "--output", to, from];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stderr: "piped" })
    .output();
  if (!success) throw new Error(`Cannot bundle ${from}: ${new TextDecoder().decode(stderr)}`);
}

async function isPacked(path: string): Promise<boolean> {
  const [plain, packed] = await Promise.all(
    [path, `${path}.br`].map((each) => Deno.stat(each).catch(() => undefined)),
  );
  return packed !== undefined && (packed.mtime ?? 0) >= (plain?.mtime ?? 0);
}

/** At once or not at all: a half written one would be handed out. */
async function writePacked(path: string, bytes: Uint8Array): Promise<void> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  const part = `${path}.br.${crypto.randomUUID()}`;
  await Deno.writeFile(part, await pack(bytes, { params }));
  await Deno.rename(part, `${path}.br`);
}

if (import.meta.main) await buildPage();
