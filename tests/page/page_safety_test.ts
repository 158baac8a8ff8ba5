/** The page keeps foreign text text, runs nothing but its own programs, and no program of it ever sees the token. */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { PHONE } from "./page_scene.ts";
import { filesEndingIn, placesOf, withoutComments } from "../support/source_tree.ts";

const PASSWORD = "correct horse 7 battery";
/** Ways in which others have put programs into pages; each would set `window.broken`. */
const HOSTILE = [
  "<img src=x onerror=broken=1>",
  "<script>broken=1</script>",
  "<svg onload=broken=1><iframe srcdoc='<script>parent.broken=1</script>'>",
  "[click](javascript:broken=1) [data](data:text/html,<script>broken=1</script>) javascript:broken=1",
  "**<b onmouseover=broken=1>bold</b>** `<script>broken=1</script>` - <style>*{display:none}</style>",
  '"><script>broken=1</script><a href="',
  "[x](https://example.org/\" onclick=\"broken=1) https://example.org/'onclick='broken=1",
  "```html\n<script>broken=1</script>\n```\n> <script>broken=1</script>",
  "&lt;script&gt;broken=1&lt;/script&gt; \u202e\u0000\u2028<!-- ]]>",
];

Deno.test("safe: nothing in the page's programs makes markup, or a program, out of text", () => {
  const page = filesEndingIn(".ts", ".tsx").filter(({ path }) => path.startsWith("client/web/"))
    .map(({ path, text }) => ({ path, text: withoutComments(text) }));
  const makers =
    /\b(?:innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|createContextualFragment|setHTMLUnsafe|srcdoc)\b|document\.write|\beval\(|new Function\b|DOMParser|\.on\w+ = ["'`]|cssText/g;
  assertEquals(placesOf(page, makers), []);
  const storage = /document\.cookie|[tT]oken\w*["'`]?\s*[,)].*localStorage/g;
  assertEquals(placesOf(page, storage), [], "the token is the server's and the browser's alone");
});

pageTest("what others write, call themselves and send stays text", async ({ person, file }) => {
  const [alice, bob] = await Promise.all([
    person("<img src=x onerror=broken=1>"),
    person("bob", "", PHONE),
  ]);
  for (const each of [alice, bob]) {
    await each.page.evaluate(
      (name) => fetch("session", { method: "POST", body: JSON.stringify({ op: "guest", nickname: name }) }),
      each.name,
    );
    await each.page.goto(
      new URL(`#/room/${encodeURIComponent("<b onclick=broken=1>room")}`, each.page.url()).href,
    );
    await each.page.reload();
  }
  await bob.page.evaluate(() => location.hash = "#/room/lobby");
  await alice.page.evaluate(() => location.hash = "#/room/lobby");
  await Promise.all([alice.isIn("lobby"), bob.isIn("lobby")]);
  for (const text of HOSTILE) await alice.says(text);
  await alice.attaches(
    await file("<img src=x onerror=broken=1>.txt".replaceAll(/[<>]/g, "'"), new Uint8Array(3)),
  );
  await alice.says("the end");
  await bob.reads("the end");
  const list = bob.page.getByRole("main");
  const found = await list.evaluate((main) => {
    const own = (selector: string) => [...main.querySelectorAll(selector)].map((each) => each.outerHTML);
    const links = [...main.querySelectorAll("a")].filter((each) => !/^https?:$/.test(each.protocol));
    const handlers = [...main.querySelectorAll("*")].filter((each) =>
      each.getAttributeNames().some((name) => name.startsWith("on"))
    );
    return [own("script, iframe, object, embed, style, img[src=x]"), links.length, handlers.length];
  });
  assertEquals(found, [[], 0, 0]);
  for (const each of [alice, bob]) {
    assertEquals(await each.page.evaluate(() => "broken" in globalThis), false);
  }
});

pageTest("the browser is told to run nothing but the page's own programs", async ({ person, server }) => {
  for (const path of ["", "index.html", "page.js", "page.css", "session", "nothing/here", "files/none"]) {
    const response = await fetch(`${server.url}/${path}`);
    await response.body?.cancel();
    const policy = response.headers.get("content-security-policy") ?? "";
    assertTrue(/default-src 'none'/.test(policy), `${path}: ${policy}`);
    assertTrue(!/unsafe-inline|'unsafe-eval'|\*/.test(policy), `${path}: ${policy}`);
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
    assertEquals(response.headers.get("x-frame-options"), "DENY");
  }
  const alice = await person("alice", "#/guest");
  await alice.comesAsGuest();
  const ran = await alice.page.evaluate(async () => {
    const refused = new Promise((resolve) =>
      addEventListener("securitypolicyviolation", resolve, { once: true })
    );
    const script = document.createElement("script");
    script.textContent = "globalThis.broken = 1";
    document.body.append(script);
    await refused;
    return "broken" in globalThis;
  });
  assertEquals(ran, false);
  assertTrue(
    alice.complaints.splice(0).every((each) => /Content Security Policy/.test(each)),
    "the browser says so",
  );
});

/** Everything that a program of the page could read of what the browser keeps. */
function keptBy({ page }: Person): Promise<string> {
  return page.evaluate(async () => {
    const found = [
      document.cookie,
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      document.URL,
    ];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        found.push(request.url, await (await cache.match(request))!.text());
      }
    }
    for (const { name } of await indexedDB.databases()) found.push(name ?? "");
    return found.join("\n");
  });
}

pageTest("the token is a cookie that no program and no other site can have", async ({ person, server }) => {
  const alice = await person("alice", "#/register", { serviceWorkers: "allow" });
  const answers: string[] = [];
  alice.page.on("response", (response) => {
    if (response.url().includes("/session")) {
      void response.text().then((text) => answers.push(text), () => {});
    }
  });
  const lines: string[] = [];
  alice.page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => void lines.push(String(payload)));
    socket.on("framesent", ({ payload }) => void lines.push(String(payload)));
  });
  await alice.registers(PASSWORD);
  const [cookie, ...others] = await alice.context.cookies();
  assertEquals(others, []);
  const { name, httpOnly, sameSite, path } = cookie!;
  assertEquals({ name, httpOnly, sameSite, path }, {
    name: `switchboard_${new URL(server.url).port}-${await alice.page.evaluate(() =>
      sessionStorage.getItem("switchboard:session")
    )}`,
    httpOnly: true,
    sameSite: "Strict",
    path: "/",
  });
  await alice.page.reload();
  await alice.isIn("lobby");
  const seen = [await keptBy(alice), ...answers, ...lines].join("\n");
  assertTrue(seen.includes("alice") && lines.length > 0 && answers.length > 0, "nothing was looked at");
  assertTrue(!seen.includes(cookie!.value), "the token is where a program can read it");
});

pageTest(
  "a link to a file opens it for those who may have it, and for nobody else",
  async ({ person, server, file }) => {
    const [alice, bob, eve] = await Promise.all([
      person("alice", "#/register"),
      person("bob", "#/register"),
      person("eve", "#/guest"),
    ]);
    await alice.registers(PASSWORD);
    await bob.registers(PASSWORD);
    await alice.page.getByRole("link", { name: "bob" }).first().click();
    await alice.isIn("bob");
    await alice.attaches(await file("secret.txt", new TextEncoder().encode("between us")));
    await alice.file("secret.txt").waitFor();
    const link = await alice.file("secret.txt").getByRole("link").first().getAttribute("href");
    const url = new URL(link!, `${server.url}/`).href;
    assertTrue(url.startsWith(`${server.url}/files/`), url);
    const status = async ({ context }: Person) => (await context.request.get(url)).status();
    assertEquals(await status(alice), 200);
    assertEquals(await status(eve), 401, "nobody");
    await eve.comesAsGuest();
    assertEquals(await status(eve), 404, "somebody else");
    const bearer = (await alice.context.cookies())[0]!.value;
    assertEquals(
      (await eve.context.request.get(`${url}?token=${bearer}`)).status(),
      404,
      "no secret in an address",
    );
  },
);

pageTest(
  "behind a proxy that hides the page's address it says which one the server expects",
  async (stage) => {
    const { hostname, port } = new URL(stage.server.url);
    const proxy = createServer((asked, answer) => {
      const headers = { ...asked.headers, host: "inside:8080" };
      const { url, method } = asked;
      const further = request({ hostname, port, path: url, method, headers }, (response) => {
        answer.writeHead(response.statusCode!, response.headers);
        response.pipe(answer);
      });
      asked.pipe(further);
    });
    await new Promise<void>((resolve) => proxy.listen(0, hostname, resolve));
    const outside = `http://${hostname}:${(proxy.address() as AddressInfo).port}`;
    const ada = await stage.person("ada");
    await ada.page.goto(`${outside}/#/guest`);
    await ada.writes("Nickname", "ada");
    await ada.presses("Come in");
    await ada.sees(`this page comes from "${outside}", and the server expects "http://inside:8080"`);
    await ada.page.goto("about:blank");
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  },
  { hosts: ["inside"] },
);
