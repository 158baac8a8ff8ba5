/** What the page weighs on its way: everything that a first visit fetches, compressed as the server does it. */
import { gzipSync } from "node:zlib";
import { assertTrue } from "./assert.ts";
import { pageTest } from "./browser.ts";

const BYTES_MAX = 100_000;

pageTest("the whole page weighs less than 100 kB", async ({ person, server }) => {
  const alice = await person("alice", "#/guest");
  const fetched = new Map<string, number>();
  alice.page.on("response", (response) => {
    const path = new URL(response.url()).pathname;
    if (response.request().method() === "GET" && !/^\/(session|ws)/.test(path)) fetched.set(path, 0);
  });
  await alice.page.reload();
  await alice.comesAsGuest();
  await alice.page.waitForLoadState("networkidle");
  // What is fetched only when it is needed counts too.
  for (const path of ["/md5_worker.js", "/icon.svg"]) fetched.set(path, 0);
  for (const path of fetched.keys()) {
    const bytes = new Uint8Array(await (await fetch(server.url + path)).arrayBuffer());
    fetched.set(path, path.endsWith(".png") ? bytes.length : gzipSync(bytes).length);
  }
  const total = [...fetched.values()].reduce((sum, bytes) => sum + bytes);
  assertTrue(fetched.has("/page.js") && fetched.size > 10, `only ${[...fetched.keys()]} were fetched`);
  const each = [...fetched].map(([path, bytes]) => `${path} ${bytes}`).join("\n");
  assertTrue(total < BYTES_MAX, `it weighs ${total} bytes:\n${each}`);
});
