/** The page over upgrades and without its server: never an old one where a new one can be had, and installable. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person, type TestServer } from "../support/browser.ts";

const WITH_WORKER = { serviceWorkers: "allow" } as const;
const NEWER = "A newer version of this page is here.";

/** Waits until the service worker has the page in its hands and keeps all of it. */
async function isKept({ page }: Person): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
}

/** The addresses that this browser keeps, by the name of their cache. */
function kept({ page }: Person): Promise<Record<string, string[]>> {
  return page.evaluate(async () => {
    const found: Record<string, string[]> = {};
    for (const name of await caches.keys()) {
      const requests = await (await caches.open(name)).keys();
      found[name] = requests.map(({ url }) => new URL(url).pathname);
    }
    return found;
  });
}

/** A folder with the page as it will be: its program says of itself which one it is. */
async function nextPage(folder: string): Promise<string> {
  const pages = await Deno.makeTempDir({ dir: folder, prefix: "pages_" });
  const now = new URL("../../static/", import.meta.url);
  for (const { name } of Deno.readDirSync(now)) await Deno.copyFile(new URL(name, now), `${pages}/${name}`);
  await Deno.writeTextFile(`${pages}/page.js`, '\ndocument.documentElement.dataset.build = "next";', {
    append: true,
  });
  return pages;
}

const build = ({ page }: Person) => page.evaluate(() => document.documentElement.dataset.build);

async function isUpgraded(server: TestServer): Promise<void> {
  const pages = await nextPage(server.data);
  await server.stop();
  await server.again({ pages });
}

pageTest(
  "an open page says that a newer one is there, and one load brings it",
  async ({ person, server }) => {
    const [alice, bob] = await Promise.all([
      person("alice", "#/guest", WITH_WORKER),
      person("bob", "#/guest"),
    ]);
    await Promise.all([alice.comesAsGuest(), bob.comesAsGuest(), isKept(alice)]);
    const [before] = Object.keys(await kept(alice));
    await isUpgraded(server);
    await alice.sees(NEWER);
    // It is there once all of the newer one is kept.
    const after = Object.keys(await kept(alice));
    assertEquals([after.length, after[0] !== before], [1, true]);
    for (const each of [alice, bob]) {
      await each.sees(NEWER);
      assertEquals(await build(each), undefined);
      await Promise.all([each.page.waitForEvent("load"), each.presses("Reload")]);
      await each.isIn("lobby");
      assertEquals(await build(each), "next");
      assertEquals(await each.page.getByText(NEWER).count(), 0);
    }
    // What was kept is the new one, too.
    await server.stop();
    await alice.page.reload();
    await alice.sees("The server can't be reached");
    assertEquals(await build(alice), "next");
  },
);

pageTest("a server that only starts again has no newer page", async ({ person, server }) => {
  const alice = await person("alice", "#/guest", WITH_WORKER);
  await alice.comesAsGuest();
  await isKept(alice);
  await server.stop();
  await server.again();
  const looked = alice.page.waitForResponse(/service_worker\.js$/);
  await alice.says("here again");
  await alice.reads("here again");
  await looked;
  await alice.page.reload();
  await alice.isIn("lobby");
  assertEquals(await alice.page.getByText(NEWER).count(), 0);
});

pageTest(
  "the page opens while its server is away, and goes on when it is back",
  async ({ person, server }) => {
    const alice = await person("alice", "#/register", WITH_WORKER);
    await alice.registers("correct horse 7 battery");
    await alice.says("before");
    await alice.reads("before");
    await isKept(alice);
    await server.stop();
    await alice.page.reload();
    await alice.sees("The server can't be reached");
    await isUpgradedMeanwhile(server);
    await alice.isIn("lobby");
    await alice.reads("before");
    await alice.sees(NEWER);
  },
);

/** As {@link isUpgraded}, of a server that does not run. */
async function isUpgradedMeanwhile(server: TestServer): Promise<void> {
  await server.again({ pages: await nextPage(server.data) });
}

pageTest("what is kept is the page, and nothing of anybody", async ({ person, file }) => {
  const alice = await person("alice", "#/register", WITH_WORKER);
  await alice.registers("correct horse 7 battery");
  await isKept(alice);
  await alice.attaches(await file("note.txt", new TextEncoder().encode("a secret")));
  await alice.file("note.txt").waitFor();
  await alice.page.evaluate(async () => {
    const link = document.querySelector<HTMLAnchorElement>('a[href*="files/"]')!;
    for (const path of [link.href, "session", "health"]) await (await fetch(path)).text();
  });
  const all = await kept(alice);
  const pages = Array.from(Deno.readDirSync("static"), ({ name }) => name)
    .filter((name) => !/\.(map|br|png)$|^md5_worker/.test(name)).map((name) =>
      name === "index.html" ? "/" : `/${name}`
    );
  assertEquals(Object.values(all).map((paths) => paths.toSorted()), [pages.toSorted()]);
});

pageTest("the page can be installed", async ({ person, server }) => {
  const alice = await person("alice", "", WITH_WORKER);
  await isKept(alice);
  const devtools = await alice.context.newCDPSession(alice.page);
  const { errors, data } = await devtools.send("Page.getAppManifest");
  assertEquals(errors, []);
  for (const { src, sizes, type } of JSON.parse(data!).icons as Record<"src" | "sizes" | "type", string>[]) {
    const response = await fetch(`${server.url}/${src}`);
    const bytes = new DataView(await response.arrayBuffer());
    assertEquals(response.headers.get("content-type")?.split(";")[0], type);
    if (sizes !== "any") assertEquals(`${bytes.getUint32(16)}x${bytes.getUint32(20)}`, sizes);
  }
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // A browser under test keeps nothing, so it says that it would not.
  const real = installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito");
  assertEquals(real, []);
  assertTrue(data!.includes("Switchboard"), "it has a name");
});
