/** The page's programs, made of what is in client/web now. */

let bundled: Promise<unknown> | undefined;

/** Bundles the page as it is now, once for all tests of a file. */
export function bundle(): Promise<unknown> {
  return bundled ??= Promise.all([
    bundleOne("client/web/main.tsx", "static/page.js"),
    bundleOne("client/web/md5_worker.ts", "static/md5_worker.js"),
    bundleOne("client/web/service_worker.ts", "static/service_worker.js"),
  ]);
}

/** What is as it should be is left alone: other tests are being served it, and look whether it changes. */
async function bundleOne(from: string, to: string): Promise<void> {
  const root = new URL("..", import.meta.url);
  const made = await Deno.makeTempFile({ prefix: "switchboard_bundle_", suffix: ".js" });
  try {
    const args = ["bundle", "--quiet", "--platform", "browser", "--minify", "-o", made, from];
    const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root, stderr: "piped" })
      .output();
    if (!success) throw new Error(`Cannot bundle ${from}: ${new TextDecoder().decode(stderr)}`);
    const content = await Deno.readTextFile(made);
    const target = new URL(to, root);
    if (content !== await Deno.readTextFile(target).catch(() => "")) {
      await Deno.writeTextFile(target, content);
    }
  } finally {
    await Deno.remove(made);
  }
}
