/** What scripts use: one message, files, exit codes; nothing on standard output but what was asked for. */
import { type AddressInfo, createServer } from "node:net";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { run, type RunOptions } from "../support/executable.ts";
import { keeps } from "../support/file_lines.ts";
import { PASSWORD, withServer } from "../support/harness.ts";
import { ran } from "../support/script.ts";

Deno.test("send: a text from the command line or from standard input, once for a key, with what the server answered", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    const carol = await server.guest("carol");
    assertEquals(
      await ran(server, ["send", "--guest", "bot", "--to", "bob", "--to", "carol", "two", "words"]),
      {
        code: 0,
        stdout: [],
        stderr: [],
      },
    );
    for (const peer of [bob, carol]) {
      await peer.hearsAtLast({ event: "message", from: "bot", text: "two words" });
    }

    const keyed = ["send", "--guest", "bot", "--room", "lobby", "--key", "k1", "--json"];
    const first = await ran(server, keyed, { input: "from a pipe\nwith two lines\n" });
    const { id } = JSON.parse(first.stdout.join(""));
    await bob.hearsAtLast({ event: "message", id, text: "from a pipe\nwith two lines" });

    await bob.asks("enter", { room: "ops" });
    assertEquals((await ran(server, ["send", "--guest", "bot", "--room", "ops", "deployed"])).code, 0);
    await bob.hearsAtLast({ event: "entered", room: "ops", nickname: "bot" });
    await bob.hearsAtLast({ event: "message", room: "ops", text: "deployed" });
    await bob.hearsAtLast({ event: "left", room: "ops", nickname: "bot" });
  });
});

Deno.test("send: with a password, or with a session that was kept; the same key says it once", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    await server.member("ada");
    const env = { SWITCHBOARD_PASSWORD: PASSWORD };
    const keyed = ["send", "--user", "ada", "--room", "lobby", "--key", "k1", "--json", "once"];
    const first = await ran(server, [...keyed, "--save"], { env });
    assertEquals([first.code, first.stderr], [0, []]);
    const path = `${server.folder}/config/switchboard/sessions.json`;
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    assertTrue(!(await Deno.readTextFile(path)).includes(PASSWORD), "no password is kept");
    const again = await ran(server, keyed);
    assertEquals([again.code, JSON.parse(again.stdout[0]!).id], [0, JSON.parse(first.stdout[0]!).id]);
    await bob.hearsAtLast({ event: "message", from: "ada", text: "once" });

    const piped = ["send", "--user", "ada", "--password-stdin", "--to", "bob"];
    assertEquals((await ran(server, piped, { input: `${PASSWORD}\nthe rest is said\n` })).code, 0);
    await bob.hearsAtLast({ event: "message", from: "ada", text: "the rest is said" });

    await Deno.chmod(path, 0o644);
    const open = await ran(server, keyed);
    assertEquals([open.code, open.stderr.length], [4, 1]);
    assertTrue(/others may read it; chmod 600/.test(open.stderr[0]!), open.stderr[0]!);
    await Deno.chmod(path, 0o600);
    await Deno.writeTextFile(path, "{}");
    assertTrue(/it is damaged; remove it/.test((await ran(server, keyed)).stderr[0]!), "damage is said");
  });
});

Deno.test("upload: files and folders, checked, with their hashes for a script", async () => {
  await withServer({}, async (server) => {
    const { folder } = server;
    const bob = await server.guest("bob");
    await Deno.writeTextFile(`${folder}/note.txt`, "Good morning, all");
    await Deno.mkdir(`${folder}/house`);
    await Deno.writeTextFile(`${folder}/house/keys.txt`, "Keys");
    const { code, stdout, stderr } = await ran(server, [
      ...["upload", "--guest", "bot", "--room", "lobby", "--json"],
      ...["note.txt", "house"],
    ]);
    assertEquals([code, stderr], [0, []]);
    const [note, house] = stdout.map((line) => JSON.parse(line));
    assertEquals([note.name, note.md5], ["note.txt", "bd0f1a60166b20c348093424b059daf2"]);
    await bob.hearsAtLast({ event: "message", id: note.id, kind: "file" });
    const told = await bob.hearsAtLast({ event: "message", id: house.id, kind: "file" });
    assertEquals([told.file.name, told.file.size, told.file.type], ["house", 4, "inode/directory"]);
  });
});

Deno.test("upload: a name that can't be taken is said before a byte of anything is sent", async () => {
  await withServer({}, async (server) => {
    const { folder } = server;
    await Deno.mkdir(`${folder}/house/deep`, { recursive: true });
    await Deno.writeTextFile(`${folder}/house/a.txt`, "fine");
    await Deno.writeTextFile(`${folder}/house/deep/two\nlines.txt`, "not fine");
    for (const paths of [["house"], ["house/a.txt", "house"]]) {
      const { code, stderr } = await ran(server, ["upload", "--guest", "bot", "--room", "lobby", ...paths]);
      assertEquals([code, stderr], [1, [
        'switchboard: house: Cannot take a file named "deep/two\\nlines.txt": it contains a character that can\'t be seen',
      ]]);
    }
    await keeps(server, []);
  });
});

Deno.test("scripts: the exit code says what went wrong, and one line on standard error says how", async () => {
  await withServer({ fileMax: 5 }, async (server) => {
    await server.member("ada");
    await Deno.writeTextFile(`${server.folder}/large.txt`, "too large");
    const bot = ["--guest", "bot"];
    const failures: { args: string[]; code: number; says: RegExp; options?: RunOptions }[] = [
      { args: ["send", ...bot, "--to", "nobody", "hi"], code: 1, says: /nobody/ },
      { args: ["send", ...bot, "--room", "lobby", "x".repeat(17_000)], code: 1, says: /Cannot send/ },
      { args: ["upload", ...bot, "--room", "lobby", "large.txt"], code: 1, says: /large\.txt/ },
      { args: ["send", ...bot, "hi"], code: 2, says: /--room ROOM or --to NICKNAME/ },
      { args: ["send", ...bot, "--room", "lobby"], code: 2, says: /Cannot send nothing/ },
      { args: ["send", "--bogus"], code: 2, says: /unknown option/ },
      {
        args: ["upload", ...bot, "--room", "lobby", "missing.txt"],
        code: 2,
        says: /missing\.txt: there is no such file/,
      },
      { args: ["upload", ...bot, "--room", "lobby"], code: 2, says: /missing required argument/ },
      { args: ["send", ...bot, "--server", "http://h", "--room", "lobby", "hi"], code: 2, says: /TCP port/ },
      {
        args: ["send", ...bot, "--server", "127.0.0.1:1", "--room", "lobby", "hi"],
        code: 3,
        says: /Cannot connect/,
      },
      { args: ["send", "--room", "lobby", "hi"], code: 4, says: /--user or --guest/ },
      { args: ["send", "--user", "ada", "--room", "lobby", "hi"], code: 4, says: /SWITCHBOARD_PASSWORD/ },
      { args: ["send", "--guest", "", "--room", "lobby", "hi"], code: 4, says: /there is no name; give one/ },
      {
        args: ["send", ...bot, "--server", new URL(server.running.http).host, "--room", "lobby", "hi"],
        code: 3,
        says: /: Cannot sign in: what answers there is no Switchboard$/,
      },
      { args: ["send", "--guest", "ada", "--room", "lobby", "hi"], code: 4, says: /is taken/ },
      {
        args: ["send", "--user", "ada", "--room", "lobby", "hi"],
        code: 4,
        says: /password/,
        options: { env: { SWITCHBOARD_PASSWORD: "wrong-password" } },
      },
    ];
    for (const { args, code, says, options } of failures) {
      const ended = await ran(server, args, options);
      assertEquals(
        [ended.code, ended.stdout, ended.stderr.length],
        [code, [], 1],
        `${args}: ${ended.stderr.join("\n")}`,
      );
      assertTrue(
        says.test(ended.stderr[0]!) && ended.stderr[0]!.startsWith("switchboard: "),
        ended.stderr[0]!,
      );
    }
  });
});

Deno.test("scripts: a connection that stays lost ends it after as long as one likes", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    // It has no bytes of its own on the disk, and takes a while to hash.
    await Deno.writeFile(`${server.folder}/large.bin`, new Uint8Array());
    await Deno.truncate(`${server.folder}/large.bin`, 400_000_000);
    const sending = ran(server, [
      "upload",
      "--guest",
      "bot",
      "--room",
      "lobby",
      "--patience",
      "1",
      "large.bin",
    ]);
    await bob.hearsAtLast({ event: "online", nickname: "bot" });
    await server.running.stop();
    const { code, stderr } = await sending;
    assertEquals([code, stderr.length], [3, 1], stderr.join("\n"));
    await server.restart();
  });
});

Deno.test("scripts: what is refused whenever there is a connection ends it after as long as one likes", async () => {
  let refused = 0;
  // Lets everybody in, refuses what they say and hangs up; after 30 times it takes it.
  const server = createServer((socket) => {
    const say = (...lines: unknown[]) => lines.map((line) => socket.write(`${JSON.stringify(line)}\n`));
    const take = (line: string) => {
      const { id: re, op } = JSON.parse(line);
      if (op !== "send" || ++refused > 30) {
        const session = {
          nickname: "bot",
          token: "t",
          epoch: "e",
          last: 0,
          rooms: ["lobby"],
          recovered: true,
        };
        return say({ re, ok: true, ...session });
      }
      const error = { code: "unavailable", message: "Cannot do this: nothing is kept", retry_after_ms: 50 };
      say({ re, ok: false, error }, { event: "bye", code: "shutting_down", message: "", retry_after_ms: 50 });
      socket.end();
    };
    let rest = "";
    socket.on("error", () => {}).on("data", (data) => {
      const lines = `${rest}${data}`.split("\n");
      rest = lines.pop()!;
      lines.forEach(take);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = ["--server", `127.0.0.1:${(server.address() as AddressInfo).port}`];
  await using program = run(["send", ...at, "--guest", "bot", "--room", "lobby", "--patience", "1", "hi"]);
  const { code, stderr } = await program.ended;
  assertEquals([code, stderr], [3, ["switchboard: Cannot do this: nothing is kept (again in 1 s)"]]);
  await new Promise((resolve) => server.close(resolve));
});
