/** The data folder: one server has it, whatever is removed, and nobody else on the machine looks into it. */
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";
import { run } from "../support/executable.ts";

const FREE = ["--http", "0", "--tcp", "0", "--data"];
const HAS_MODES = Deno.build.os !== "windows";

Deno.test({
  name: "data folder: a second server is refused even where the lock file was removed; the operator is not",
  ignore: !HAS_MODES,
  async fn() {
    const data = await Deno.makeTempDir({ prefix: "switchboard-" });
    {
      await using server = run(["serve", ...FREE, data]);
      await server.lines(2);
      await Deno.remove(`${data}/lock`);
      const second = await run(["serve", ...FREE, data]).ended;
      assertEquals(second.code, 1);
      assertLike(second.stderr.join("\n"), /another server is running on it/);
      const commands = [["room", "list"], ["account", "list"], ["verify"], ["backup", `${data}/backup.tar`]];
      for (const command of commands) {
        const { code, stderr } = await run([...command, "--data", data]).ended;
        assertEquals(code, 0, `${command}: ${stderr}`);
      }
      const [http] = await server.lines(2);
      const ready = await fetch(`${http!.split(/\s+/)[1]}/ready`);
      assertEquals(await ready.json(), { ok: true });
    }
    await using next = run(["serve", ...FREE, data]);
    assertEquals((await next.lines(2)).length, 2, "killed, it leaves the folder to the next");
    next.signal("SIGTERM");
    await next.ended;
    await Deno.remove(data, { recursive: true });
  },
});

Deno.test("data folder: where none can be made, it is said so without a word of the runtime's", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const { code, stderr } = await run(["serve", ...FREE, "/proc/foo"]).ended;
  assertEquals([code, stderr], [1, [
    'switchboard: Cannot use the data folder "/proc/foo": no folder can be made there; name another one with --data',
  ]]);
});

Deno.test({
  name: "data folder: what is in it is its owner's alone, also what others could read before",
  ignore: !HAS_MODES,
  async fn() {
    const data = await Deno.makeTempDir({ prefix: "switchboard-" });
    await Deno.chmod(data, 0o755);
    const open = () => {
      const modes = Array.from(
        Deno.readDirSync(data),
        ({ name }) => [name, Deno.statSync(`${data}/${name}`).mode!],
      );
      return modes.filter(([, mode]) => ((mode as number) & 0o077) !== 0).map(([name]) => name);
    };
    const umask = Deno.umask(0o000);
    try {
      {
        await using server = run(["serve", ...FREE, data]);
        await server.lines(2);
        assertTrue(
          Array.from(Deno.readDirSync(data)).some(({ name }) => name === "switchboard.db-wal"),
          "the log is there",
        );
        assertEquals(open(), []);
      }
      await Deno.mkdir(`${data}/mail`, { mode: 0o755 });
      await Deno.writeTextFile(`${data}/notes.txt`, "of the operator", { mode: 0o644 });
      for (const { name } of Deno.readDirSync(data)) {
        if (name !== "mail" && name !== "files") Deno.chmodSync(`${data}/${name}`, 0o644);
      }
      await using again = run(["serve", ...FREE, data]);
      await again.logs(/others could read ".*switchboard\.db": it is its owner's now/);
      await again.lines(2);
      assertEquals(open(), ["notes.txt"]);
      again.signal("SIGTERM");
      await again.ended;
      assertEquals(
        Array.from(Deno.readDirSync(data), ({ name }) => name).filter((name) => /-(wal|shm)$/.test(name)),
        [],
        "stopped, everything is in the database itself",
      );
    } finally {
      Deno.umask(umask);
    }
    await Deno.remove(data, { recursive: true });
  },
});
