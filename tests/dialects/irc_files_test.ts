/** IRC: files that are uploaded over HTTP and addressed in what one says are files like any other (soju.im/FILEHOST). */
import { Buffer } from "node:buffer";
import { connect } from "node:net";
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { HOUR, MINUTE, SECOND, TestClock } from "../support/clock.ts";
import { announcement, bytesOf, fetchFile, keeps, keptOnce, md5, sendFile } from "../support/file_lines.ts";
import { type Line, PASSWORD, type TestServer } from "../support/harness.ts";
import { pngOf } from "../support/sample_files.ts";
import { IrcClient, withIrc } from "./clients/irc_client.ts";

/** What {@link posted} gives. */
interface Posted {
  readonly status: number;
  readonly headers: Headers;
  readonly code: string | undefined;
  /** Where the file is; it has its id at its end. */
  readonly address: string;
  readonly file: string;
}

/** Uploads as an IRC client does: one POST with the credentials of its SASL PLAIN. */
async function posted(
  { running }: Pick<TestServer, "running">,
  bytes: Uint8Array,
  { name = "ada", password = PASSWORD, ...more }: Record<string, string> = {},
): Promise<Posted> {
  const host = `${running.http}/files`;
  const response = await fetch(host, {
    method: "POST",
    body: new Uint8Array(bytes),
    headers: {
      "Authorization": `Basic ${new TextEncoder().encode(`${name}:${password}`).toBase64()}`,
      "Content-Type": "image/png",
      "Content-Disposition": 'attachment; filename="cat.png"',
      ...more,
    },
  });
  const { status, headers } = response;
  const { error } = await response.json();
  const address = new URL(headers.get("Location") ?? "", host).href;
  return { status, headers, code: error?.code, address, file: address.split("/").at(-1)! };
}

/** Whether what a message has is this file, with its bytes. */
function fileIn({ kind, text, file }: Line): unknown[] {
  return [kind, text, file.id, file.name, file.md5];
}

Deno.test("irc files: an account is told where to upload, and its picture is one in the room, with its MD5", () =>
  withIrc(async (server) => {
    const { running } = server;
    const page = await server.member("carol");
    await server.member("ada");
    const ada = await IrcClient.connect(running);
    ada.says("CAP REQ :echo-message labeled-response batch message-tags", `PASS ada/phone:${PASSWORD}`);
    ada.says("NICK ada", "USER ada 0 * :ada", "CAP END");
    await ada.hearsAtLast(new RegExp(` 005 ada soju\\.im/FILEHOST=${running.http}/files :are supported`));
    await ada.hears(
      `:irc.switchboard 005 ada draft/FILEHOST=${running.http}/files :are supported by this server`,
    );
    const eve = await IrcClient.connect(running);
    eve.says("NICK eve", "USER eve 0 * :eve");
    await eve.hearsAtLast(/ 005 /);
    for (let line = ""; !line.includes(" 366 "); line = await eve.next()) {
      assertTrue(!line.includes("FILEHOST"), "a guest has no password");
    }
    await ada.forgets();
    await page.forgets();
    await eve.forgets();
    const bytes = pngOf(20, 10);
    const { status, address, file } = await posted(server, bytes, { name: "ada/phone" });
    assertEquals(status, 201);
    await page.hearsNothing();
    ada.says(`@label=1 PRIVMSG #lobby :look: ${address} isn't it`);
    const told = await page.hears({ event: "message", from: "ada", room: "lobby" });
    assertEquals(fileIn(told), ["image", "look: isn't it", file, "cat.png", md5(bytes)]);
    assertEquals(md5(await fetchFile(page, file)), md5(bytes));
    await eve.hears(
      ":ada!u@switchboard PRIVMSG #lobby :look: isn't it",
      `:ada!u@switchboard PRIVMSG #lobby :\x01ACTION has sent a picture, cat.png: ${address} (MD5 ${
        md5(bytes)
      })\x01`,
    );
    await ada.hearsAtLast(/BATCH \+\w+ labeled-response$/);
    await ada.hearsAtLast(/;msgid=\w+ :ada!u@switchboard PRIVMSG #lobby :look: isn't it$/);
    await ada.hearsAtLast(/ACTION has sent a picture, cat\.png/);
    await ada.hearsAtLast(/BATCH -/);
    await server.member("dan");
    await (await server.member("max")).asks("leave", { room: "lobby" });
    const fetched = async (credentials: string, method = "GET") => {
      const Authorization = `Basic ${btoa(credentials)}`;
      const response = await fetch(address, { method, headers: { Authorization } });
      return [response.status, (await response.bytes()).length];
    };
    assertEquals(await fetched(`dan/phone:${PASSWORD}`), [200, bytes.length]);
    assertEquals(await fetched(`dan:${PASSWORD}`, "HEAD"), [200, 0]);
    assertEquals((await fetched(`max:${PASSWORD}`))[0], 404, "not in the room");
    assertEquals((await fetched("dan:wrong"))[0], 401);
    await page.forgets();
    ada.says(`PRIVMSG #lobby :${address}`);
    assertEquals(fileIn(await page.hears({ event: "message" })).slice(0, 3), ["image", "", file]);
    for (const each of [ada, eve]) each.close();
  }));

Deno.test("irc files: in private it is an offer; it belongs to one conversation, elsewhere the address is said as it is", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    await server.member("ada");
    const ada = await (await IrcClient.member(server.running, "ada")).forgets();
    await page.forgets();
    const bytes = bytesOf(300_000);
    const { address, file } = await posted(server, bytes, {
      "Content-Disposition": "attachment; filename*=UTF-8''%2Fetc%2Fna%C3%AFve.bin",
    });
    ada.says(`PRIVMSG ada :${address}`);
    assertTrue((await ada.next()).includes("Cannot offer a file to yourself"), "not to oneself");
    ada.says(`NOTICE carol :${address}`, `PRIVMSG #lobby :${address}`);
    const offer = await page.hears({ event: "offer", from: "ada" });
    assertEquals(fileIn(offer), ["file", "", file, "naïve.bin", md5(bytes)]);
    assertEquals(offer.file.offer, "waiting");
    await page.hears({ event: "message", room: "lobby", text: address, kind: "text" });
    await page.fails("download", { file }, "not_accepted");
    await page.asks("accept", { file });
    assertEquals(md5(await fetchFile(page, file)), md5(bytes));
    ada.close();
  }));

Deno.test("irc files: a name has the letters that curl takes from a terminal, or from a page of old", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    await server.member("ada");
    const ada = await (await IrcClient.member(server.running, "ada")).forgets();
    for (const encoding of ["utf-8", "latin1"] as const) {
      const name = encoding === "utf-8" ? "名前é.txt" : "é.txt";
      const said = Buffer.from(`attachment; filename="${name}"`, encoding).toString("latin1");
      const { address } = await posted(server, bytesOf(300), { "Content-Disposition": said });
      ada.says(`PRIVMSG #lobby :${address}`);
      assertEquals(fileIn(await page.hearsAtLast({ event: "message" }))[3], name);
    }
    ada.close();
  }));

Deno.test("irc files: several at once are several messages; another's file, or none, is an address like any other", () =>
  withIrc(async (server) => {
    const { running } = server;
    const page = await server.member("carol");
    await server.member("ada");
    const ada = await (await IrcClient.member(running, "ada", "draft/multiline batch")).forgets();
    await page.forgets();
    const all = [
      await posted(server, bytesOf(10)),
      await posted(server, bytesOf(20)),
      await posted(server, bytesOf(0)),
    ];
    // Uploaded by one address of the server, said by another.
    const [one, two, three] = all.map(({ address, file }, index) =>
      index === 1 ? `https://chat.example:8443/team/files/${file}` : address
    );
    ada.says(`PRIVMSG #lobby :${one}  ${two}`);
    for (const { file } of all.slice(0, 2)) {
      assertEquals((await page.hears({ event: "message", text: "", kind: "file" })).file.id, file);
    }
    ada.says("BATCH +1 draft/multiline #lobby");
    for (const line of ["first", three, "last"]) ada.says(`@batch=1 PRIVMSG #lobby :${line}`);
    ada.says("BATCH -1");
    assertEquals(fileIn(await page.hears({ event: "message" })).slice(1, 3), ["first\nlast", all[2]!.file]);

    const four = await posted(server, bytesOf(40));
    const { file: hers } = await sendFile(page, { room: "lobby" }, "hers.bin", bytesOf(30));
    await page.forgets();
    const said = [
      `mine is not ${running.http}/files/${hers}`,
      `${running.http}/files/none, ${running.http}/files`,
      `${four.address}/x and ${four.address}?y`,
    ];
    for (const text of said) ada.says(`PRIVMSG #lobby :${text}`);
    for (const text of said) {
      const told = await page.hears({ event: "message", text, kind: "text" });
      assertEquals(told.file, undefined);
    }
    const shows = `shows ${running.http}/files/${hers} and ${four.address}`;
    ada.says(`PRIVMSG #lobby :\x01ACTION ${shows}\x01`);
    await page.hears({ event: "message", text: `/me ${shows}` });
    assertEquals((await page.hears({ event: "message", text: "" })).file.id, four.file);
    ada.close();
  }));

Deno.test("irc files: nobody sees an upload before it is sent, and after an hour it is gone; so are its bytes", async () => {
  const clock = new TestClock();
  await withIrc(
    async (server) => {
      const page = await server.member("carol");
      const owner = await server.member("ada");
      const [kept, lost] = [await posted(server, bytesOf(1_000)), await posted(server, bytesOf(2_000))];
      await page.fails("download", { file: lost.file }, "unknown_file");
      await page.fails("send", { room: "lobby", file: lost.file }, "unknown_file");
      assertEquals((await fetchFile(owner, lost.file)).length, 2_000);
      clock.advance(HOUR - SECOND);
      await owner.asks("send", { room: "lobby", file: kept.file });
      await keeps(server, [kept.file, lost.file]);
      clock.advance(2 * SECOND);
      await keeps(server, [kept.file]);
      const ada = await (await IrcClient.member(server.running, "ada")).forgets();
      await page.forgets();
      ada.says(`PRIVMSG #lobby :${lost.address}`);
      await page.hears({ event: "message", text: lost.address, kind: "text" });
      assertEquals((await fetchFile(page, kept.file)).length, 1_000);
      ada.close();
    },
    {},
    { clock: clock.read },
  );
});

Deno.test("irc files: what is refused is refused with a status that says why", async () => {
  const from = "http://gamja.example";
  await withIrc(async (server) => {
    const { running } = server;
    await server.member("ada");
    const refused = async (bytes: number, more: Record<string, string>) => {
      const { status, code, headers } = await posted(server, bytesOf(bytes), more);
      const asks = headers.get("WWW-Authenticate")?.startsWith("Basic ") ?? false;
      assertEquals(asks, status === 401, "how to sign in is said where that is lacking");
      return [status, code];
    };
    assertEquals(await refused(10, { password: "wrong-jack-cord" }), [401, "bad_password"]);
    assertEquals(await refused(10, { name: "nobody" }), [401, "bad_password"]);
    assertEquals(await refused(10, { Authorization: "Basic !" }), [401, "not_signed_in"]);
    assertEquals(await refused(10, { "Content-Type": "multipart/form-data; boundary=x" }), [
      415,
      "bad_request",
    ]);
    assertEquals(await refused(10, { Origin: "http://evil.example" }), [403, "bad_request"]);
    assertEquals(await refused(100_001, {}), [413, "file_too_large"]);
    for (let count = 0; count < 3; count++) await posted(server, bytesOf(50_000));
    assertEquals(await refused(60_000, {}), [413, "quota_exceeded"]);
    for (let count = 3; count < LIMITS.depositsPerPersonMax; count++) await posted(server, bytesOf(0));
    assertEquals(await refused(0, {}), [429, "too_many_uploads"]);

    const inChunks = await fetch(`${running.http}/files`, {
      method: "POST",
      body: new Blob(["hi"]).stream(),
      headers: { Authorization: `Basic ${btoa(`ada:${PASSWORD}`)}` },
    });
    assertEquals([inChunks.status, (await inChunks.json()).error.code], [411, "bad_request"]);
    const asked = await fetch(`${running.http}/files`, { method: "OPTIONS", headers: { Origin: from } });
    assertEquals([asked.status, asked.headers.get("Accept-Post")], [204, "*/*"]);
    assertEquals(asked.headers.get("Access-Control-Allow-Origin"), from);
    const unasked = await fetch(`${running.http}/files`);
    assertEquals([unasked.status, unasked.headers.get("Allow")], [405, "OPTIONS, POST"]);
    for (const each of [asked, unasked]) await each.body?.cancel();
  }, { fileMax: 100_000, quota: 200_000, chatOrigins: [from] });
});

Deno.test("irc files: of an upload that broke off nothing is left after a minute", async () => {
  const clock = new TestClock();
  await withIrc(
    async (server) => {
      const owner = await server.member("ada");
      const { hostname, port } = new URL(server.running.http);
      const request = [
        "POST /files HTTP/1.1",
        `Host: ${hostname}:${port}`,
        `Authorization: Basic ${new TextEncoder().encode(`ada:${PASSWORD}`).toBase64()}`,
        "Content-Length: 150000",
      ];
      const socket = connect(Number(port), hostname);
      socket.write(`${request.join("\r\n")}\r\n\r\n`);
      socket.write(bytesOf(100_000));
      const there = await keptOnce(server, (all) => Object.values(all).includes(100_000));
      assertEquals(Object.values(there), [100_000]);
      await owner.fails(
        "upload",
        announcement({ room: "lobby" }, "a.bin", bytesOf(150_000)),
        "quota_exceeded",
      );
      socket.destroy();
      // Its minute begins when the server notices, most likely before it has answered this.
      await posted(server, bytesOf(1), { password: "wrong-jack-cord" });
      for (let isThere = true, minutes = 0; isThere && minutes < 3; minutes++) {
        clock.advance(MINUTE + SECOND);
        isThere = Object.keys(await keptOnce(server, (all) => Object.keys(all).length === 0)).length > 0;
      }
      await keeps(server, []);
      await sendFile(owner, { room: "lobby" }, "a.bin", bytesOf(150_000));
      assertEquals((await posted(server, bytesOf(100_000))).code, "quota_exceeded");
    },
    { quota: 200_000 },
    { clock: clock.read },
  );
});

Deno.test("irc files: what is offered in private is taken, or refused", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    await server.member("ada");
    const ada = await (await IrcClient.member(server.running, "ada", "standard-replies")).forgets();
    const offered: string[] = [];
    for (const name of ["one.txt", "two.txt"]) {
      const { file: id } = await sendFile(page, { to: "ada" }, name, bytesOf(20));
      await ada.hears(
        `:carol!u@switchboard PRIVMSG ada :\x01ACTION offers ada a file, ${name}: ${server.running.http}/files/${id} (MD5 ${
          md5(bytesOf(20))
        }); take it: /quote ACCEPT ${id}\x01`,
      );
      offered.push(id);
    }
    const [one = "", two = ""] = offered;
    ada.says("ACCEPT");
    await ada.hears(
      `:irc.switchboard NOTICE ada :carol offers one.txt: /quote ACCEPT ${one}, or /quote REFUSE ${one}`,
      `:irc.switchboard NOTICE ada :carol offers two.txt: /quote ACCEPT ${two}, or /quote REFUSE ${two}`,
    );
    ada.says(`ACCEPT ${one}`);
    await ada.hears(
      `:irc.switchboard NOTICE ada :It is yours: ${server.running.http}/files/${one} (sign in there as here)`,
    );
    await page.hearsAtLast({ event: "accepted", file: one, from: "ada" });
    ada.says(`REFUSE ${two}`);
    await ada.hears(":irc.switchboard NOTICE ada :It is refused");
    await page.hearsAtLast({ event: "refused", file: two, from: "ada" });
    for (const [id, code] of [[one, "ALREADY_ANSWERED"], [two, "FILE_GONE"]]) {
      ada.says(`ACCEPT ${id}`);
      const told = await ada.next();
      assertTrue(told.startsWith(`:irc.switchboard FAIL ACCEPT ${code} ${id} :`), told);
    }
    ada.says("REFUSE none", "REFUSE");
    assertTrue((await ada.next()).startsWith(":irc.switchboard FAIL REFUSE UNKNOWN_FILE none :"), "no such");
    await ada.hears(":irc.switchboard NOTICE ada :Nobody offers you a file");
    ada.close();
  }));
