import { createServer } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { Connection } from "../../client/connection/connection.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { configWith } from "../../server/config/config.ts";
import { OPTIONS } from "../../server/config/options.ts";
import type { Event } from "../../server/core/shared/events.ts";
import { start } from "../../server/run/serve.ts";
import { portOf } from "../../server/transport/listening.ts";
import { assertEquals, assertLike, assertRejects, assertTrue } from "../support/assert.ts";
import { type Executable, run, type RunOptions } from "../support/executable.ts";
import { withServer } from "../support/harness.ts";

const FREE = ["--http", "0", "--tcp", "0"];

/** A folder that goes after the test. */
async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Ends a server, which must end well. */
async function stops(server: Executable, signal: Deno.Signal = "SIGTERM"): Promise<string[]> {
  const asked = performance.now();
  server.signal(signal);
  const { code, stderr } = await server.ended;
  assertEquals(code, 0, stderr.join("\n"));
  assertTrue(performance.now() - asked < 10_000, `${signal} took ${performance.now() - asked} ms`);
  return stderr;
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`serve: says where it listens, answers /health, and ${signal} stops it cleanly`, async () => {
    await inFolder(async (folder) => {
      const server = run(["serve", ...FREE, "--listen", "0=native", "--data", `${folder}/data`]);
      const lines = await server.lines(4);
      const [http, tcp, native] = lines.map((line) => line.split(/\s+/));
      assertEquals([http?.[0], tcp?.[0], native?.[0]], ["http", "tcp", "native"], lines.join("\n"));
      // Nobody has an account yet: with this link somebody makes the first one.
      assertLike(lines[3], /^admin http:\/\/127\.0\.0\.1:\d+\/#\/invitation\/[0-9A-Z]{12}$/);

      const health = await fetch(`${http![1]}/health`);
      assertEquals([health.status, (await health.json()).ok], [200, true]);
      const heard: Event[] = [];
      for (const address of [tcp![1]!, native![1]!]) {
        const [host, port] = address.split(":");
        const open = tcpLink({ host: host!, port: Number(port) });
        const peer = await new Connection({ open, onEvent: (event) => void heard.push(event) }).connect();
        await peer.ask("ping", {});
      }
      // Somebody who neither reads nor goes holds up nothing, beyond the time that they have for it: once is enough.
      const port = Number(tcp![1]!.split(":")[1]);
      using _stuck = signal === "SIGTERM" ? await Deno.connect({ hostname: "127.0.0.1", port }) : undefined;
      await stops(server, signal);
      assertEquals(heard.map((event) => "code" in event && event.code), ["shutting_down", "shutting_down"]);
      assertEquals((await server.ended).stdout, lines);
    });
  });
}

Deno.test("serve: what it can't do it says in one line, and ends with an error", async () => {
  await withServer({}, async (other) => {
    const { folder } = other;
    await Deno.writeTextFile(`${folder}/file`, "");
    await Deno.writeTextFile(`${folder}/bad.json`, '{"http": 0,');
    await Deno.writeTextFile(`${folder}/list.json`, "[]");
    await Deno.writeTextFile(`${folder}/unknown.json`, '{"htp": 0}');
    await Deno.writeTextFile(`${folder}/value.json`, '{"http": "many"}');
    await Deno.writeTextFile(`${folder}/null.json`, '{"data": null}');
    await Deno.writeTextFile(`${folder}/cache.json`, '{"file-cache": "1GiB"}');
    await Deno.mkdir(`${folder}/newer`);
    const newer = new DatabaseSync(`${folder}/newer/switchboard.db`);
    newer.exec("PRAGMA user_version = 999");
    newer.close();
    await Deno.mkdir(`${folder}/garbage`);
    await Deno.writeTextFile(`${folder}/garbage/switchboard.db`, "not a database".repeat(1_000));
    const taken = String(other.running.tcp.port);

    const failures: { args: string[]; env?: Record<string, string>; says: RegExp }[] = [
      { args: [...FREE, "--htp", "1"], says: /unknown option '--htp'.*--http/ },
      { args: [...FREE, "surplus"], says: /surplus/ },
      { args: ["--http", "65536", ...FREE], says: /--http.*'65536'.*0 to 65535/ },
      { args: [...FREE, "--rate-limits", "maybe"], says: /--rate-limits.*'maybe'.*on, off/ },
      { args: [...FREE, "--public-url", "foo"], says: /begins with http:\/\/ or https:\/\/\./ },
      { args: [...FREE, "--listen", "0=klingon"], says: /"klingon".*native/ },
      { args: [...FREE, "--listen", "native"], says: /PORT=DIALECT/ },
      { args: FREE, env: { SWITCHBOARD_LOG: "xml" }, says: /'xml' from env 'SWITCHBOARD_LOG'/ },
      { args: [...FREE, "--tcp", taken], says: new RegExp(`port ${taken}: another program has it`) },
      { args: [...FREE, "--listen", `${taken}=native`], says: new RegExp(`port ${taken}: another program`) },
      { args: [...FREE, "--host", "nowhere.invalid"], says: /"nowhere\.invalid".*--host/ },
      { args: [...FREE, "--data", `${folder}/file/below`], says: /data folder ".*file\/below".*--data/ },
      { args: [...FREE, "--data", `${folder}/data`], says: /another server is running on it/ },
      { args: [...FREE, "--data", `${folder}/newer`], says: /version 999.*newer Switchboard/ },
      { args: [...FREE, "--data", `${folder}/garbage`], says: /Cannot open the database ".*garbage/ },
      { args: [...FREE, "--config", `${folder}/none.json`], says: /configuration file ".*none\.json"/ },
      { args: [...FREE, "--config", `${folder}/bad.json`], says: /configuration file ".*bad\.json".*JSON/ },
      { args: [...FREE, "--config", `${folder}/list.json`], says: /it must hold a JSON object/ },
      { args: [...FREE, "--config", `${folder}/unknown.json`], says: /no option "htp"; known are .*http/ },
      { args: [...FREE, "--config", `${folder}/value.json`], says: /"http": .*0 to 65535/ },
      { args: [...FREE, "--config", `${folder}/null.json`], says: /"data": .*text/ },
      { args: [...FREE, "--node", "a"], says: /Cannot use --node without --cluster/ },
      { args: FREE, env: { SWITCHBOARD_NODE_URL: "http://a" }, says: /--node-url without --cluster/ },
      { args: [...FREE, "--config", `${folder}/cache.json`], says: /--file-cache without --cluster/ },
    ];
    const ended = await Promise.all(failures.map(({ args, env }, index) => {
      const data = { SWITCHBOARD_DATA: `${folder}/new-${index}` };
      return run(args, { env: { ...data, ...env } }).ended;
    }));
    failures.forEach(({ args, says }, index) => {
      const { code, stdout, stderr } = ended[index]!;
      const what = `${args.join(" ")} → ${code} ${stderr.join("\n")}`;
      assertTrue(code !== 0, what);
      assertEquals([stdout, stderr.length], [[], 1], what);
      assertTrue(says.test(stderr[0]!), `${what}\ndoes not say ${says}`);
    });
  });
});

Deno.test("serve: a password in a wrong address is not repeated", async () => {
  const env = { SWITCHBOARD_SMTP: "smpt://chat:pa55word@mail.example.org" };
  const { stderr } = await run(FREE, { env }).ended;
  assertTrue(/SWITCHBOARD_SMTP/.test(stderr[0]!) && !/pa55word/.test(stderr.join()), stderr.join("\n"));
});

Deno.test("serve: when one listener fails, nothing of the others stays", async () => {
  await inFolder(async (folder) => {
    const [blocker, ...free] = await Promise.all([occupied(), occupied(), occupied()]);
    const [http, tcp] = free.map((each) => each.port);
    for (const each of free) await each.release();

    const listen = [{ port: blocker.port, dialect: "native" as const }];
    const config = configWith({ http: http!, tcp: tcp!, listen, data: `${folder}/data` });
    await assertRejects(start(config), /Cannot listen on port \d+: another program has it/);
    await blocker.release();
    const again = await start(config); // the ports and the folder are free again
    await again.stop();
  });
});

/** A port that somebody has. */
async function occupied(): Promise<{ port: number; release(): Promise<unknown> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: portOf(server), release: () => new Promise((resolve) => server.close(resolve)) };
}

Deno.test("serve: a flag beats a variable, which beats the file, which beats the default", async () => {
  await inFolder(async (cwd) => {
    const file = `${cwd}/switchboard.json`;
    await Deno.writeTextFile(
      file,
      JSON.stringify({ http: 0, tcp: 0, data: "from-file", listen: ["0=native"] }),
    );
    const env = { SWITCHBOARD_DATA: "from-variable" };
    const cases = [
      { args: [...FREE], env: {}, made: "data" },
      { args: ["--config", file], env: {}, made: "from-file" },
      { args: [], env: { ...env, SWITCHBOARD_CONFIG: file }, made: "from-variable" },
      { args: ["--config", file, "--data", "from-flag"], env, made: "from-flag" },
    ];
    for (const { args, env, made } of cases) {
      await serveOnce(args, { env, cwd });
      const folders = [];
      for await (const entry of Deno.readDir(cwd)) if (entry.isDirectory) folders.push(entry.name);
      assertEquals(folders, [made], args.join(" "));
      await Deno.remove(`${cwd}/${made}`, { recursive: true });
    }
  });
});

async function serveOnce(args: string[], options: RunOptions = {}): Promise<void> {
  const server = run(args, options);
  await server.lines(2);
  await stops(server);
}

Deno.test("serve: several ports are pinned by a list in the file, or by commas in a variable", async () => {
  await inFolder(async (cwd) => {
    await Deno.writeTextFile(`${cwd}/two.json`, JSON.stringify({ listen: ["0=native", "0=native"] }));
    const env = { SWITCHBOARD_LISTEN: "0=native,0=native" };
    for (const [args, variables] of [[["--config", "two.json"], {}], [[], env]] as const) {
      await using server = run([...FREE, ...args], { cwd, env: variables });
      const names = (await server.lines(4)).map((line) => line.split(/\s+/)[0]);
      assertEquals(names, ["http", "tcp", "native", "native"]);
      await stops(server);
    }
  });
});

Deno.test("serve: the help names every option with its variable and its default", async () => {
  const { code, stdout } = await run(["serve", "--help"]).ended;
  assertEquals(code, 0);
  for (const { flag, default: standard } of Object.values(OPTIONS)) {
    const line = stdout.find((line) => line.includes(`--${flag} <`) || line.includes(`--${flag} [`));
    assertTrue(line?.includes(`SWITCHBOARD_${flag.toUpperCase().replaceAll("-", "_")}`) ?? false, flag);
    if (typeof standard === "string") assertTrue(line!.includes(`(default: ${standard})`), line!);
  }
});

Deno.test("serve: a leading -- is passed over", async () => {
  await inFolder(async (folder) => {
    await serveOnce(["--", "serve", ...FREE, "--data", folder]);
  });
});
