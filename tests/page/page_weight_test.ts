/** What the page weighs on its way to a browser: everything that a first visit fetches, as the server sends it. Of what comes on demand it fetches nothing. */
import { get } from "node:http";
import { assertTrue } from "../support/assert.ts";
import { pageTest } from "../support/browser.ts";

const BYTES_MAX = 120_000;
/** What is fetched only when it is needed, and has no hash in its name, counts too. */
const LATER = [
  "/md5_worker.js",
  "/highlight_worker.js",
  "/service_worker.js",
  "/icon.svg",
  "/manifest.webmanifest",
  "/emoji.txt",
  "/emoji_zh.txt",
];

pageTest(
  "the whole page weighs less than 120 kB, and nothing comes before it is wanted",
  async ({ person, server }) => {
    const alice = await person("alice", "#/guest");
    const paths = new Set<string>(LATER);
    const takes: Promise<string | undefined>[] = [];
    alice.page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (request.method() === "GET" && !/^\/(session|ws)/.test(pathname)) paths.add(pathname);
      if (pathname === "/page.js") takes.push(request.allHeaders().then((all) => all["accept-encoding"]));
    });
    await alice.page.reload();
    await alice.comesAsGuest();
    await alice.page.waitForLoadState("networkidle");
    const encodings = await takes[0] ?? "";
    const sizes = new Map<string, number>();
    for (const path of paths) sizes.set(path, await sentFor(server.url + path, encodings));
    const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes);
    const each = [...sizes].map(([path, bytes]) => `${path} ${bytes}`).join("\n");
    assertTrue(![...paths].some((path) => /_[0-9a-f]{8}\.js$/.test(path)), `this came unasked:\n${each}`);
    assertTrue((sizes.get("/page.js") ?? 0) > 10_000 && sizes.size > 8, `only this was fetched:\n${each}`);
    assertTrue(total < BYTES_MAX, `it weighs ${total} bytes:\n${each}`);
  },
);

/** The bytes of a body as they travel to whoever takes these encodings. */
function sentFor(url: string, encodings: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { "accept-encoding": encodings } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Uint8Array) => bytes += chunk.length);
      response.on("end", () => resolve(bytes));
    });
    request.on("error", reject);
  });
}
