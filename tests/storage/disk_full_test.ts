/**
 * What is kept fills no disk (docs/operations.md, section "Disk"): near the bound guests are refused first, then
 * everybody, and what frees space goes on, to the last byte.
 */
import { Connection } from "../../client/connection/connection.ts";
import { RequestError } from "../../client/connection/request_error.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { LIMITS } from "../../server/core/shared/limits.ts";
import type { DiskBlobStore } from "../../server/storage/disk_blob_store.ts";
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";
import { World } from "../support/core_world.ts";
import { announcement, bytesOf, chunk } from "../support/file_lines.ts";
import { PASSWORD, type TestServer, withServer } from "../support/harness.ts";
import { startServerProcess } from "../support/server_process.ts";
import { hasSmallDisks, openSmallDisk } from "../support/tmpfs.ts";

const MIB = 1024 * 1024;
const KEPT = 100 * MIB;
const LOBBY = { room: "lobby" };

/** A server that leaves 100 MiB free, on a disk that has as much free as a test says. */
async function withDisk(
  body: (server: TestServer, leave: (bytes: number) => Promise<number>) => Promise<void>,
): Promise<void> {
  let free = 2 ** 40;
  const blobs = (real: DiskBlobStore): DiskBlobStore => ({ ...real, free: () => Promise.resolve(free) });
  await withServer({ diskFree: KEPT }, (server) =>
    body(server, async (bytes) => {
      free = bytes;
      // It is looked at for this answer, too.
      const response = await fetch(`${server.running.http}/ready`);
      await response.body?.cancel();
      return response.status;
    }), { blobs });
}

Deno.test("full disk: guests are refused first, then everybody, in words; what frees space always works", async () => {
  await withDisk(async (server, leave) => {
    const alice = await server.member("alice");
    const gus = await server.guest("gus");
    const bytes = bytesOf(1_000);
    const own = await alice.asks("send", { ...LOBBY, text: "of alice" });
    const guests = await gus.asks("send", { ...LOBBY, text: "of gus" });
    await alice.asks("react", { message: guests.id, emoji: "👍", on: true });
    await alice.asks("enter", { room: "den", ephemeral: true });
    const { file } = await gus.asks("upload", announcement(LOBBY, "a.bin", bytes));
    const growing = {
      send: { ...LOBBY, text: "more" },
      edit: { message: guests.id, text: "much more than there was" },
      react: { message: guests.id, emoji: "🎉", on: true },
      enter: { room: "another room" },
      upload: announcement(LOBBY, "b.bin", bytes),
    } as const;

    assertEquals(await leave(KEPT * 1.25 - 1), 200);
    for (const [op, fields] of Object.entries(growing)) {
      assertLike((await gus.fails(op, fields, "disk_full")).message as string, /disk is nearly full/);
    }
    assertEquals((await chunk(gus, file, 0, bytes)).error.code, "disk_full");
    const stranger = await server.connect();
    await stranger.fails("guest", { nickname: "zoe" }, "disk_full");
    await stranger.fails(
      "register",
      { username: "zoe", nickname: "zoe", password: "long enough 5" },
      "disk_full",
    );
    await alice.asks("send", { ...LOBBY, text: "of an account" });

    assertEquals(await leave(KEPT - 1), 507);
    for (const [op, fields] of Object.entries(growing)) {
      await alice.fails(op, op === "edit" ? { ...fields, message: own.id } : fields, "disk_full");
    }
    await gus.asks("recall", { message: guests.id });
    await gus.asks("cancel", { file });
    await alice.asks("leave", { room: "den" });
    await alice.asks("recall", { message: own.id });
    await alice.asks("history", LOBBY);
    await alice.asks("logout", {});
    await alice.asks("login", { username: "alice", password: PASSWORD });

    assertEquals(await leave(KEPT * 2), 200);
    await gus.asks("send", { ...LOBBY, text: "again" });
  });
});

Deno.test("full disk: what is let in counts until the disk is looked at again", async () => {
  const world = await World.begin();
  const alice = await world.guest("alice");
  world.core.disk.left = 100_000;
  await alice.asks("send", { ...LOBBY, text: "x".repeat(16_000) });
  await alice.fails("send", { ...LOBBY, text: "one more" }, "disk_full");
  await world.core.disk.look(world.core);
  await alice.asks("send", { ...LOBBY, text: "one more" });
});

const possible = Deno.build.os === "linux" && await hasSmallDisks();

Deno.test({
  name:
    "full disk: without a free byte a recall is kept, a message is refused, and a server starts and stops",
  ignore: !possible,
  async fn() {
    const disk = await openSmallDisk(64);
    const data = `${disk.folder}/data`;
    const start = () => startServerProcess({ data, within: disk.within, more: ["--disk-free", "1B"] });
    const signIn = async (tcp: { host: string; port: number }) => {
      const alice = await new Connection({ open: tcpLink(tcp), reconnect: false }).connect();
      await alice.ask("login", { username: "alice", password: "long enough 5" });
      return alice;
    };
    try {
      let server = await start();
      const first = await new Connection({ open: tcpLink(server.tcp), reconnect: false }).connect();
      await first.ask("register", { username: "alice", nickname: "alice", password: "long enough 5" });
      first.close();
      let alice = await signIn(server.tcp);
      const ids: string[] = [];
      for (let n = 0; n < 20; n++) {
        ids.push((await alice.ask("send", { ...LOBBY, text: `${n} ${"long ".repeat(2_000)}` })).id);
      }
      alice.close();
      await server.end("SIGKILL");
      await disk.fill();

      server = await start();
      alice = await signIn(server.tcp);
      const refused = await alice.ask("send", { ...LOBBY, text: "more" }).catch((error) => error);
      assertTrue(refused instanceof RequestError && refused.code === "disk_full", String(refused));
      assertEquals(await statusOf(`${server.http}/ready`), 507);
      for (const id of ids.slice(0, 10)) await alice.ask("recall", { message: id });
      alice.close();
      await server.end("SIGTERM");
      await disk.empty();

      server = await start();
      alice = await signIn(server.tcp);
      await alice.ask("send", { ...LOBBY, text: "room again" });
      assertEquals((await Deno.stat(`${disk.here}/data/reserve`)).size, LIMITS.reserveBytes);
      await disk.fill();
      for (const id of ids.slice(10)) await alice.ask("recall", { message: id });
      const { messages } = await alice.ask("history", { ...LOBBY, limit: 200 });
      const ours = messages.filter(({ id }) => ids.includes(id));
      assertEquals(ours.map(({ recalled }) => recalled), ids.map(() => true));
      alice.close();
      await server.end("SIGTERM");
    } finally {
      await disk.close();
    }
  },
});

Deno.test({
  name: "full disk: a first start on one says so in one line",
  ignore: !possible,
  async fn() {
    const disk = await openSmallDisk(1);
    try {
      await disk.fill();
      const [program, ...args] = [...disk.within, Deno.execPath()];
      const main = new URL("../../main.ts", import.meta.url).pathname;
      const { stderr, code } = await new Deno.Command(program!, {
        args: [
          ...args,
          "run",
          "-A",
          main,
          "serve",
          "--data",
          `${disk.folder}/data`,
          "--http",
          "0",
          "--tcp",
          "0",
        ],
      }).output();
      assertEquals(code, 1);
      const lines = new TextDecoder().decode(stderr).trim().split("\n");
      assertEquals(lines.length, 1, lines.join("\n"));
      assertLike(lines[0]!, /^switchboard: Cannot .*full/);
    } finally {
      await disk.close();
    }
  },
});

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.status;
}
