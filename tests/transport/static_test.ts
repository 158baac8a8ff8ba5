/** The page's files: whole, compressed, not sent twice, and nothing else of the disk. */
import { brotliCompressSync } from "node:zlib";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { withServer } from "../support/harness.ts";
import { getExactly } from "../support/raw_http.ts";

const PAGES = new URL("../../static/", import.meta.url);
const NAMES = await Deno.readTextFile(new URL("emoji.txt", PAGES));

Deno.test("static: the page and its files come with their types, and are looked at again each time", async () => {
  await withServer({}, async (server) => {
    const types = {
      "/": "text/html",
      "/page.css": "text/css",
      "/page.js": "text/javascript",
      "/emoji.txt": "text/plain",
      "/icon.svg": "image/svg+xml",
    };
    for (const [path, type] of Object.entries(types)) {
      const response = await fetch(server.running.http + path);
      const file = path === "/" ? "index.html" : path.slice(1);
      assertEquals(await response.text(), await Deno.readTextFile(new URL(file, PAGES)));
      assertEquals(response.headers.get("content-type")?.split(";")[0], type);
      assertEquals(response.headers.get("cache-control"), "no-cache");
    }
  });
});

Deno.test("static: a file is compressed for who takes that, and the same after all", async () => {
  await withServer({}, async (server) => {
    const asked = (encoding: string) =>
      getExactly(server.running.http, `/emoji.txt HTTP/1.1\r\nAccept-Encoding: ${encoding}\r\nX:`);
    const plain = await asked("identity");
    const packed = await asked("gzip");
    assertTrue(plain.text.endsWith(NAMES), "the plain file is another one");
    assertTrue(/^content-encoding: gzip\r$/im.test(packed.text), "it is not compressed");
    assertTrue(/^vary: .*accept-encoding/im.test(plain.text), "a cache would mix the two up");
    assertTrue(packed.text.length < plain.text.length, "it is not smaller");
    assertEquals(await (await fetch(`${server.running.http}/emoji.txt`)).text(), NAMES);
  });
});

Deno.test("static: who has a file is told so, compressed or not, until it is another", async () => {
  await withServer({}, async (server) => {
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(`${server.running.http}/emoji.txt`, { headers });
      return { status: response.status, etag: response.headers.get("etag"), text: await response.text() };
    };
    for (const encoding of ["gzip", "identity"]) {
      const first = await ask({ "accept-encoding": encoding });
      assertEquals([first.status, first.text], [200, NAMES]);
      const again = await ask({ "accept-encoding": encoding, "if-none-match": first.etag! });
      assertEquals([again.status, again.text], [304, ""]);
      const another = await ask({ "accept-encoding": encoding, "if-none-match": '"another"' });
      assertEquals([another.status, another.text], [200, NAMES]);
    }
  });
});

Deno.test("static: HEAD has the headers and no body", async () => {
  await withServer({}, async (server) => {
    const response = await fetch(`${server.running.http}/emoji.txt`, {
      method: "HEAD",
      headers: { "accept-encoding": "identity" },
    });
    assertEquals([response.status, await response.text()], [200, ""]);
    assertEquals(response.headers.get("content-type")?.split(";")[0], "text/plain");
    assertEquals(response.headers.get("content-length"), String(new TextEncoder().encode(NAMES).length));
    const missing = await fetch(`${server.running.http}/nothing`, { method: "HEAD" });
    assertEquals([missing.status, await missing.text()], [404, ""]);
  });
});

Deno.test("static: no path leads out of the folder", async () => {
  await withServer({}, async (server) => {
    const { http } = server.running;
    const paths = [
      "/../deno.json",
      "/../../../../../../../../etc/passwd",
      "/..%2fdeno.json",
      "/%2e%2e/deno.json",
      "/%2e%2e%2fdeno.json",
      "/%252e%252e/deno.json",
      "/..%5cdeno.json",
      "/..\\deno.json",
      "/emoji.txt/../../deno.json",
      "/emoji.txt/..%2f..%2fdeno.json",
      "//etc/passwd",
      "/%2fetc/passwd",
      "/%c0%ae%c0%ae/deno.json",
      "/deno.json%00.css",
      "/%",
      `${http}/../deno.json`,
      "file:///etc/passwd",
      "../deno.json",
    ];
    for (const path of paths) {
      const { status, text } = await getExactly(http, path);
      assertTrue([400, 404].includes(status), `${path}: ${status}`);
      assertTrue(!/nodeModulesDir|root:/.test(text), `${path} leads out`);
    }
    assertEquals((await getExactly(http, "/emoji.txt")).status, 200);
  });
});

Deno.test("static: what was packed beforehand is sent so, as long as it is the same", async () => {
  const pages = await Deno.makeTempDir({ prefix: "switchboard-pages-" });
  const program = "console.log('hello');\n".repeat(200);
  await Deno.writeTextFile(`${pages}/page.js`, program);
  await Deno.writeFile(`${pages}/page.js.br`, brotliCompressSync(program));
  const ask = async (http: string, encoding: string) => {
    const response = await fetch(`${http}/page.js`, { headers: { "accept-encoding": encoding } });
    const kind = response.headers.get("content-encoding");
    return { kind, text: await response.text(), etag: response.headers.get("etag") };
  };
  try {
    await withServer({}, async (server) => {
      const { http } = server.running;
      for (
        const [takes, kind] of [["gzip, deflate, br", "br"], ["br;q=0, gzip", "gzip"], [
          "gzip",
          "gzip",
        ]] as const
      ) {
        const got = await getExactly(http, `/page.js HTTP/1.1\r\nAccept-Encoding: ${takes}\r\nX:`);
        assertTrue(
          new RegExp(`^content-encoding: ${kind}\r$`, "im").test(got.text),
          `${takes} is no ${kind}`,
        );
        assertTrue(/^vary: .*accept-encoding/im.test(got.text), "a cache would mix the two up");
      }
      const packed = await ask(http, "br");
      assertEquals(packed.text, program);
      const again = await fetch(`${http}/page.js`, {
        headers: { "accept-encoding": "br", "if-none-match": packed.etag! },
      });
      assertEquals([again.status, await again.text()], [304, ""]);
      await Deno.writeTextFile(`${pages}/page.js`, "console.log('another');\n");
      await Deno.utime(`${pages}/page.js`, new Date(), new Date(Date.now() + 1_000));
      assertEquals((await ask(http, "br")).text, "console.log('another');\n");
    }, { pages });
  } finally {
    await Deno.remove(pages, { recursive: true });
  }
});
