/** What scripts hand over and can't go as it is: texts like options or too long, links in folders, what is no UTF-8. */
import { PERMISSIONS } from "../../release/permissions.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { withServer } from "../support/harness.ts";
import { ran } from "../support/script.ts";

Deno.test("send: a text that begins with a dash is a text; what can be an option is one", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    const here = ["--guest", "bot", "--room", "lobby"];
    const said: [string[], string][] = [
      [["send", ...here, "- text"], "- text"],
      [["send", "- before the options", ...here], "- before the options"],
      [["send", ...here, "-5", "degrees"], "-5 degrees"],
      [["send", ...here, "-"], "-"],
      [["send", ...here, "--- cut here ---", "and", "--", "--json"], "--- cut here --- and --json"],
      [["send", ...here, "--", "--bogus"], "--bogus"],
      [["send", ...here, "-Very early"], "-Very early"],
      [["send", ...here, "--room is what you need"], "--room is what you need"],
    ];
    for (const [args, text] of said) {
      assertEquals(await ran(server, args), { code: 0, stdout: [], stderr: [] });
      await bob.hearsAtLast({ event: "message", from: "bot", text });
    }
    await Deno.writeTextFile(`${server.folder}/- list.txt`, "tea");
    assertEquals((await ran(server, ["upload", ...here, "- list.txt"])).code, 0);
    await bob.hearsAtLast({ event: "message", kind: "file" });
    const odd = await ran(server, ["send", ...here, "--jsn", "text"]);
    assertEquals(odd, {
      code: 2,
      stdout: [],
      stderr: [
        `switchboard: unknown option '--jsn'; words that begin with a dash stand behind "--". See --help.`,
      ],
    });
    const { stdout: [usage = ""] } = await ran(server, ["send", "--help"]);
    assertTrue(usage.startsWith("Usage: switchboard send"), usage);
  });
});

Deno.test("send: a text that is too long is refused before anything is sent, with the way out", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    const here = ["send", "--guest", "bot", "--to", "bob"];
    const why = (bytes: string, drain: string) => ({
      code: 1,
      stdout: [],
      stderr: [
        `switchboard: Cannot send this: the text has ${bytes} bytes, ${drain} more than a message may have; ` +
        'put it into a file and use "switchboard upload".',
      ],
    });
    assertEquals(await ran(server, [...here, "é".repeat(49_000)]), why("98,000", "81,616"));
    assertEquals(await ran(server, here, { input: "x".repeat(98_000) }), why("98,000", "81,616"));
    assertEquals(await ran(server, here, { input: "x".repeat(16_385) }), why("16,385", "1"));
    // What is short and takes six bytes a character on the wire is still one message.
    assertEquals((await ran(server, here, { input: "\x01".repeat(10_000) })).code, 0);
    assertEquals((await ran(server, here, { input: "x".repeat(16_384) })).code, 0);
    await bob.hearsAtLast({ event: "message", text: "\x01".repeat(10_000) });
    await bob.hearsAtLast({ event: "message", text: "x".repeat(16_384) });
  });
});

Deno.test("upload: what a folder has and can't be sent is named, and the exit code says so", async () => {
  await withServer({}, async (server) => {
    const { folder } = server;
    const bob = await server.guest("bob");
    const latin1 = Deno.build.os === "linux";
    await Deno.mkdir(`${folder}/house/hall`, { recursive: true });
    await Deno.writeTextFile(`${folder}/house/keys.txt`, "Keys");
    await Deno.symlink("keys.txt", `${folder}/house/link`);
    await Deno.symlink("nowhere", `${folder}/house/hall/dangling`);
    const script = 'cd house && mkfifo pipe && printf x > "$(printf "caf\\351")"';
    if (latin1) await new Deno.Command("sh", { args: ["-c", script], cwd: folder }).output();
    const here = ["upload", "--guest", "bot", "--room", "lobby", "--json"];
    const { code, stdout, stderr } = await ran(server, [...here, "house/"]);
    const named = [
      ["caf\uFFFD", "its name is no UTF-8; rename it first"],
      ["hall/dangling", "it is a symbolic link"],
      ["link", "it is a symbolic link"],
      ["pipe", "it is neither a file nor a folder"],
    ].filter(([path]) => latin1 || !/^caf|^pipe/.test(path!));
    assertEquals(stderr, named.map(([path, why]) => `switchboard: house/${path} is left out: ${why}.`));
    assertEquals(code, 1);
    const { id, left_out } = JSON.parse(stdout.join(""));
    assertEquals(left_out, named.map(([path, why]) => ({ path, why })));
    const told = await bob.hearsAtLast({ event: "message", id, kind: "file" });
    const { files } = await bob.asks("files", { folder: told.file.id });
    assertEquals(files.map(({ name }: { name: string }) => name), ["hall", "keys.txt"]);
    // A link that is named itself is followed.
    assertEquals((await ran(server, [...here, "house/link"])).code, 0);
  });
});

Deno.test({
  name: "scripts: an argument that is no UTF-8 is named, and nothing else is sent in its place",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await withServer({}, async (server) => {
      const main = new URL("../../main.ts", import.meta.url).pathname;
      const script = 'exec "$@" "$(printf "caf\\351")"';
      const program = ["sh", "-c", script, "sh", Deno.execPath(), "run", "--quiet", ...PERMISSIONS, main];
      const here = ["--guest", "bot", "--server", `127.0.0.1:${server.running.tcp.port}`];
      for (
        const [args, says] of [
          [["send", ...here, "--room", "lobby"], /argument "caf\uFFFD": it is no UTF-8/],
          [["send", ...here, "text", "--room"], /argument "caf\uFFFD": it is no UTF-8/],
          [["send", ...here, "text", "--to"], /argument "caf\uFFFD": it is no UTF-8/],
          [["upload", ...here, "--room", "lobby"], /Cannot send caf\uFFFD: its name is no UTF-8/],
        ] as const
      ) {
        const { code, stdout, stderr } = await ran(server, [...args], { program });
        assertEquals([code, stdout, stderr.length], [2, [], 1], stderr.join("\n"));
        assertTrue(says.test(stderr[0]!), stderr[0]!);
      }
      const input = new Uint8Array([0x63, 0x61, 0x66, 0xe9]);
      const piped = await ran(server, ["send", ...here, "--room", "lobby"], { input });
      assertEquals([piped.code, piped.stderr.length], [2, 1]);
      assertTrue(/standard input is no UTF-8/.test(piped.stderr[0]!), piped.stderr[0]!);
    });
  },
});
