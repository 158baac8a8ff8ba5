/** Files over HTTP: who may, with what; up in one go and down in parts; and served so that no browser runs them. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import {
  announcement,
  bytesOf,
  chunk,
  fetchFile,
  md5,
  PIECE,
  sendFile,
  sha256,
} from "../support/file_lines.ts";
import { type Line, type Peer, type TestServer, withServer } from "../support/harness.ts";

const LOBBY = { room: "lobby" };
const BYTES = bytesOf(700_001);

/** Somebody at a browser: signed in over a connection, asking over HTTP with the same token. */
interface Person {
  peer: Peer;
  token: string;
  /** Asks; gives the answer with its body read. */
  asks(path: string, init?: RequestInit): Promise<{ status: number; headers: Headers; body: Uint8Array }>;
}

async function person(server: TestServer, nickname: string): Promise<Person> {
  const peer = await server.connect();
  const { token } = await peer.asks("guest", { nickname });
  return {
    peer,
    token,
    async asks(path, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has("authorization")) headers.set("authorization", `Bearer ${token}`);
      const response = await fetch(`${server.running.http}${path}`, { ...init, headers });
      return {
        status: response.status,
        headers: response.headers,
        body: new Uint8Array(await response.arrayBuffer()),
      };
    },
  };
}

function errorOf({ body }: { body: Uint8Array }): string {
  return JSON.parse(new TextDecoder().decode(body)).error.code;
}

Deno.test("GET: a member gets the file, with its names, hashes and nothing that could run", async () => {
  await withServer({}, async (server) => {
    const [alice, bob] = [await person(server, "alice"), await person(server, "bob")];
    const { file } = await sendFile(alice.peer, LOBBY, "a.bin", BYTES);
    const { status, headers, body } = await bob.asks(`/files/${file}`);
    assertEquals(status, 200);
    assertEquals(body, BYTES);
    const expected = {
      "content-type": "application/octet-stream",
      "content-length": String(BYTES.length),
      "content-disposition": "attachment; filename=a.bin",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "cross-origin-resource-policy": "same-origin",
      "etag": `"${sha256(BYTES)}"`,
      "accept-ranges": "bytes",
      "content-md5": Buffer.from(md5(BYTES), "hex").toString("base64"),
      "repr-digest": `sha-256=:${Buffer.from(sha256(BYTES), "hex").toString("base64")}:`,
      "cache-control": "private, no-cache",
      "content-encoding": null,
    };
    assertEquals(
      Object.fromEntries(Object.keys(expected).map((name) => [name, headers.get(name)])),
      expected,
    );

    const head = await bob.asks(`/files/${file}`, { method: "HEAD" });
    assertEquals([head.status, head.body.length], [200, 0]);
    for (const [name, value] of Object.entries(expected)) assertEquals(head.headers.get(name), value);
  });
});

Deno.test("GET: only with a token, and never with one in the address", async () => {
  await withServer({}, async (server) => {
    const [alice, bob, eve] = [
      await person(server, "alice"),
      await person(server, "bob"),
      await person(server, "eve"),
    ];
    for (const { peer } of [alice, bob]) await peer.asks("enter", { room: "ops" });
    const { file } = await sendFile(alice.peer, { room: "ops" }, "a.bin", BYTES);
    const path = `/files/${file}`;
    const bare = (url: string, headers: Record<string, string> = {}) =>
      fetch(`${server.running.http}${url}`, { headers }).then(async (response) => {
        return [response.status, (await response.json().catch(() => ({}))).error?.code];
      });
    assertEquals(await bare(path), [401, "not_signed_in"]);
    for (const query of ["token", "access_token", "authorization", "switchboard"]) {
      assertEquals(await bare(`${path}?${query}=${bob.token}`), [401, "not_signed_in"]);
    }
    assertEquals(await bare(path, { authorization: "Bearer nonsense" }), [401, "bad_token"]);
    assertEquals(await bare(path, { authorization: `Basic ${bob.token}` }), [401, "not_signed_in"]);
    const name = `switchboard_${new URL(server.running.http).port}-any`;
    assertEquals(await bare(path, { cookie: `${name}=nonsense` }), [401, "bad_token"]);
    const cookie = await fetch(`${server.running.http}${path}`, {
      headers: { cookie: `theme=dark; ${name}=${bob.token}` },
    });
    assertEquals(new Uint8Array(await cookie.arrayBuffer()), BYTES);

    const refused = await eve.asks(path);
    assertEquals([refused.status, errorOf(refused)], [404, "unknown_file"]);
    assertEquals((await bob.asks(`/files/${file}x`)).status, 404);
    await bob.peer.asks("leave", { room: "ops" });
    assertEquals((await bob.asks(path)).status, 404);
    await bob.peer.asks("logout");
    assertEquals((await bob.asks(path)).status, 401);
  });
});

Deno.test("GET: parts of it, as browsers and download tools ask for them", async () => {
  await withServer({}, async (server) => {
    const { peer, asks } = await person(server, "alice");
    const { file } = await sendFile(peer, LOBBY, "a.bin", BYTES);
    const { file: empty } = await sendFile(peer, LOBBY, "empty.bin", new Uint8Array(0));
    const size = BYTES.length;
    const etag = `"${sha256(BYTES)}"`;
    const part = (range: string, more: Record<string, string> = {}) =>
      asks(`/files/${file}`, { headers: { range, ...more } });
    const parts: [string, number, number][] = [
      ["bytes=0-0", 0, 1],
      ["bytes=0-99", 0, 100],
      ["bytes=262143-262145", 262_143, 262_146],
      ["bytes=700000-", 700_000, size],
      ["bytes=-1", size - 1, size],
      ["bytes=-300000", size - 300_000, size],
      ["bytes=-9999999", 0, size],
      ["bytes=100-9999999", 100, size],
    ];
    for (const [range, start, end] of parts) {
      const { status, headers, body } = await part(range);
      assertEquals([range, status, headers.get("content-range")], [
        range,
        206,
        `bytes ${start}-${end - 1}/${size}`,
      ]);
      assertEquals([headers.get("content-length"), headers.get("content-md5")], [String(end - start), null]);
      assertEquals(body, BYTES.subarray(start, end));
    }
    for (const range of [`bytes=${size}-`, "bytes=-0", "bytes=9999999-99999999"]) {
      const { status, headers, body } = await part(range);
      assertEquals([range, status, headers.get("content-range"), body.length], [
        range,
        416,
        `bytes */${size}`,
        0,
      ]);
    }
    for (const range of ["bytes=0-9,20-29", "lines=0-9", "bytes=9-0", "bytes=", "nonsense"]) {
      const { status, body } = await part(range);
      assertTrue(status === 416 || (status === 200 && body.length === size), `${range}: ${status}`);
    }
    assertEquals((await part("bytes=0-9,20-29")).status, 200);
    assertEquals((await part("bytes=0-9", { "if-range": etag })).status, 206);
    for (const other of [`"other"`, `W/${etag}`, "Wed, 21 Oct 2015 07:28:00 GMT"]) {
      const { status, body } = await part("bytes=0-9", { "if-range": other });
      assertEquals([other, status, body.length], [other, 200, size]);
    }
    assertEquals(
      (await asks(`/files/${file}`, { method: "HEAD", headers: { range: "bytes=0-9" } })).status,
      206,
    );
    assertEquals((await asks(`/files/${empty}`)).status, 200);
    assertEquals((await asks(`/files/${empty}`)).headers.get("content-length"), "0");
    assertEquals((await asks(`/files/${empty}`, { headers: { range: "bytes=0-" } })).status, 416);

    for (const known of [etag, `"other", ${etag}`, `W/${etag}`, "*"]) {
      const { status, headers, body } = await asks(`/files/${file}`, { headers: { "if-none-match": known } });
      assertEquals([known, status, headers.get("etag"), body.length], [known, 304, etag, 0]);
    }
    assertEquals((await asks(`/files/${file}`, { headers: { "if-none-match": '"other"' } })).status, 200);
  });
});

Deno.test("GET: a name of any script arrives as it is, with a plain one for old browsers", async () => {
  await withServer({}, async (server) => {
    const { peer, asks } = await person(server, "alice");
    const names: [string, string][] = [
      ["plain.txt", "attachment; filename=plain.txt"],
      ["with space; and, 100% 'quotes'.txt", "attachment; filename=\"with space; and, 100% 'quotes'.txt\""],
      ["报告.pdf", "attachment; filename=\"??.pdf\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf"],
      ["🎉.png", "attachment; filename=\"??.png\"; filename*=UTF-8''%F0%9F%8E%89.png"],
    ];
    for (const [name, expected] of names) {
      const { file } = await sendFile(peer, LOBBY, name, bytesOf(10));
      assertEquals((await asks(`/files/${file}`)).headers.get("content-disposition"), expected);
    }
    const { file: folder } = await peer.asks("upload", { ...LOBBY, name: "f", folder: true });
    const { file } = await sendFile(peer, { folder }, "deep/er/报告.pdf", bytesOf(10));
    await peer.asks("finish", { file: folder });
    assertEquals((await asks(`/files/${file}`)).headers.get("content-disposition"), names[2]![1]);
  });
});

Deno.test("PUT: the body goes in from its offset on, and the upload is finished where it was announced", async () => {
  await withServer({}, async (server) => {
    const [alice, bob] = [await person(server, "alice"), await person(server, "bob")];
    const { file } = await alice.peer.asks("upload", announcement(LOBBY, "a.bin", BYTES));
    const put = (who: Person, offset: number | string, body: Uint8Array, headers = {}) =>
      who.asks(`/files/${file}?offset=${offset}`, {
        method: "PUT",
        body: body as Uint8Array<ArrayBuffer>,
        headers,
      });
    const sent = await put(alice, 0, BYTES.subarray(0, 300_000));
    assertEquals(JSON.parse(new TextDecoder().decode(sent.body)), { ok: true, offset: 300_000 });
    const refused: [() => ReturnType<typeof put>, number, string][] = [
      [() => put(bob, 300_000, BYTES.subarray(300_000)), 404, "unknown_file"],
      [() => put(alice, 0, BYTES), 409, "wrong_offset"],
      [() => put(alice, 300_001, BYTES), 409, "wrong_offset"],
      [() => put(alice, "x", BYTES), 409, "wrong_offset"],
      [() => put(alice, -1, BYTES), 409, "wrong_offset"],
      [
        () => put(alice, 300_000, Buffer.concat([BYTES.subarray(300_000), bytesOf(1)])),
        413,
        "file_too_large",
      ],
      [() => put(alice, 300_000, BYTES, { authorization: "Bearer nonsense" }), 401, "bad_token"],
      [() => put(alice, 300_000, BYTES, { origin: "http://elsewhere.example" }), 400, "bad_request"],
    ];
    for (const [asked, status, code] of refused) {
      const answer = await asked();
      assertEquals([answer.status, errorOf(answer)], [status, code]);
    }
    const { offset } = await alice.peer.asks("upload", announcement(LOBBY, "a.bin", BYTES));
    assertEquals((await put(alice, offset, BYTES.subarray(offset))).status, 200);
    assertEquals((await put(alice, BYTES.length, new Uint8Array(0))).status, 200);
    const { id } = await alice.peer.asks("finish", { file });
    await bob.peer.hearsAtLast({ event: "message", id });
    assertEquals(await fetchFile(bob.peer, file), BYTES);
    assertEquals((await put(alice, BYTES.length, bytesOf(1))).status, 404);
  });
});

Deno.test("PUT: a body that breaks off leaves what arrived, and it goes on over any way", async () => {
  await withServer({}, async (server) => {
    const alice = await person(server, "alice");
    const { file } = await alice.peer.asks("upload", announcement(LOBBY, "a.bin", BYTES));
    const breaking = new AbortController();
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent >= 2 * PIECE) return breaking.abort();
        controller.enqueue(BYTES.slice(sent, sent += PIECE / 4));
      },
    }, { highWaterMark: 0 });
    await alice.asks(`/files/${file}`, { method: "PUT", body, signal: breaking.signal }).then(
      () => assertTrue(false, "the request was not broken off"),
      () => {},
    );
    let at: Line = await alice.peer.asks("upload", announcement(LOBBY, "a.bin", BYTES));
    assertEquals(at.file, file);
    while (at.offset < BYTES.length) {
      at = await chunk(alice.peer, file, at.offset, BYTES.subarray(at.offset, at.offset + PIECE));
      if (!at.ok) at = await alice.peer.asks("upload", announcement(LOBBY, "a.bin", BYTES));
    }
    assertEquals((await alice.peer.asks("finish", { file })).md5, md5(BYTES));
  });
});

Deno.test("GET: who may not have a file reads why in a browser, and a program gets the fault", async () => {
  await withServer({}, async (server) => {
    const [ada, bob] = [await person(server, "ada"), await person(server, "bob")];
    await person(server, "cleo");
    const { file } = await sendFile(ada.peer, { to: "cleo" }, "plan.txt", BYTES);
    const path = `/files/${file}`;
    const program = await bob.asks(path);
    assertEquals([program.status, errorOf(program)], [404, "unknown_file"]);
    const part = await bob.asks(path, { headers: { accept: "text/html", "sec-fetch-dest": "image" } });
    assertEquals(errorOf(part), "unknown_file", "a part of a page is nobody who reads");
    const looks: [headers: Record<string, string>, title: string][] = [
      [{ accept: "text/html,*/*;q=0.8" }, "There is no such file"],
      [{ "sec-fetch-dest": "document", "accept-language": "de, zh-CN;q=0.9, en;q=0.8" }, "无法显示"],
    ];
    for (const [headers, title] of looks) {
      const { status, headers: told, body } = await bob.asks(path, { headers });
      assertEquals([status, told.get("content-type")], [404, "text/html; charset=UTF-8"]);
      const page = new TextDecoder().decode(body);
      assertTrue(page.includes(title) && !page.includes("plan.txt"), page);
      assertTrue(/default-src 'none'/.test(told.get("content-security-policy") ?? ""), "nothing of it runs");
      assertEquals(told.get("cache-control"), "no-store");
    }
  });
});
