/** Files between two terminals, and what a third has of them. */
import { createHash } from "node:crypto";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { withServer } from "../support/harness.ts";
import { LossyProxy } from "../support/lossy_proxy.ts";
import { bytesOf } from "../support/sample_files.ts";
import { KEYS } from "../support/terminal.ts";
import { guestAt, inTerminal } from "./terminal_scene.ts";

const md5Of = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");

inTerminal(
  "a file goes from one terminal to another, offered, accepted, whole; another is refused",
  async () => {
    await withServer({}, async (server) => {
      const { folder } = server;
      const film = crypto.getRandomValues(new Uint8Array(65_536));
      await Deno.writeFile(`${folder}/film 1.bin`, film);
      await Deno.writeTextFile(`${folder}/no.txt`, "no");
      await Deno.mkdir(`${folder}/downloads`);
      await Deno.writeTextFile(`${folder}/downloads/film 1.bin`, "was here before");
      await using alice = await guestAt(server, "alice");
      await using bob = await guestAt(server, "bob", {}, ["--downloads", "downloads"]);
      await alice.enters("/msg bob");
      await alice.shows(/@bob>$/);
      await alice.enters("/upload film 1.bin");
      await alice.shows("alice: offers film 1.bin, 65.5 kB (not answered yet)");
      await bob.shows("[2:@alice 1]");
      await bob.types("\x1b2");
      await bob.shows("alice (guest): offers film 1.bin, 65.5 kB (/accept #1 or /refuse #1)");
      await bob.enters("/download #1");
      await bob.shows(/! film 1\.bin: Cannot download/);
      await bob.enters("/accept");
      await bob.shows(/-- downloads\/film 1 \(1\)\.bin is here, its checksum is right\n/);
      await alice.shows(/-- bob accepted #1 film 1\.bin[^]*-- bob has downloaded #1/);
      assertEquals(md5Of(await Deno.readFile(`${folder}/downloads/film 1 (1).bin`)), md5Of(film));
      assertEquals(await Deno.readTextFile(`${folder}/downloads/film 1.bin`), "was here before");

      await alice.enters("/upload no.txt");
      await bob.shows("offers no.txt");
      await bob.enters("/refuse");
      await bob.shows("-- no.txt is refused");
      await alice.shows("-- bob refused #2 no.txt");
      await alice.enters("/upload nothing");
      await alice.shows("! nothing: there is no such file (/upload PATH)");
      await bob.enters("/files");
      await bob.shows(/#1 film 1\.bin, 65\.5 kB\n-- \/download #N fetches one/);
    });
  },
);

inTerminal("a folder goes up and down, and a file of a room under the name that one gives it", async () => {
  await withServer({}, async (server) => {
    const { folder } = server;
    await Deno.mkdir(`${folder}/house/hall`, { recursive: true });
    await Deno.mkdir(`${folder}/house/attic`);
    await Deno.writeTextFile(`${folder}/house/hall/keys.txt`, "Keys");
    await Deno.writeTextFile(`${folder}/note.txt`, "Good morning");
    await using alice = await guestAt(server, "alice");
    await using bob = await guestAt(server, "bob");
    await alice.enters("/upload house/");
    await bob.shows("alice (guest): sends house/, 4 B (/download #1)");
    await bob.enters("/download house copy");
    await bob.shows("copy is here, its checksum is right");
    assertEquals(await Deno.readTextFile(`${folder}/copy/hall/keys.txt`), "Keys");
    assertTrue((await Deno.stat(`${folder}/copy/attic`)).isDirectory, "an empty folder is there too");
    await alice.enters("/upload note.txt");
    await bob.shows("sends note.txt");
    await bob.types("/download no", KEYS.tab, "mine.txt", KEYS.enter);
    await bob.shows("mine.txt is here, its checksum is right");
    assertEquals(await Deno.readTextFile(`${folder}/mine.txt`), "Good morning");
    await bob.enters("/download note.txt nowhere/mine.txt");
    await bob.shows("! there is no folder ");
    await bob.enters("/download #99");
    await bob.shows("! #99 is no file");
  });
});

inTerminal("names that other systems can't have arrive as they were sent", async () => {
  await withServer({}, async (server) => {
    const { folder } = server;
    const names = ["Meeting 10:30.txt", "why?", "aux.c", "etc.", "README", "readme"];
    await Deno.mkdir(`${folder}/odd: names`);
    await Deno.mkdir(`${folder}/downloads`);
    for (const name of names) await Deno.writeTextFile(`${folder}/odd: names/${name}`, name);
    await using alice = await guestAt(server, "alice");
    await using bob = await guestAt(server, "bob", {}, ["--downloads", "downloads"]);
    await alice.enters("/upload odd: names/Meeting 10:30.txt");
    await bob.shows("sends Meeting 10:30.txt, 17 B (/download #1)");
    await bob.enters("/download #1");
    await bob.shows("-- downloads/Meeting 10:30.txt is here");
    await alice.enters("/upload odd: names");
    await bob.shows("sends odd: names/, 42 B");
    await bob.enters("/download #2");
    await bob.shows("-- downloads/odd: names is here");
    for (const name of names) {
      assertEquals(await Deno.readTextFile(`${folder}/downloads/odd: names/${name}`), name);
    }
  });
});

inTerminal(
  "a transfer shows how far it is, survives a restart of the server, and can be given up",
  async () => {
    await withServer({}, async (server) => {
      const { folder, running } = server;
      const bytes = bytesOf(3_000_000);
      await Deno.writeFile(`${folder}/large.bin`, bytes);
      // The network stands still in the middle of each transfer, so that there is one to be seen.
      await using network = await LossyProxy.before(running.tcp.port);
      const target = { folder, running: { tcp: network } };
      await using alice = await guestAt(target, "alice");
      await using bob = await guestAt(target, "bob");
      network.stopAfter(1_000_000);
      await alice.enters("/upload large.bin");
      await alice.shows(/↑ large\.bin \[#{5}-{15}\] +2\d%/);
      await alice.types("still typing");
      await server.restart();
      await alice.shows(/sends large\.bin, 3 MB[^]*lobby> still typing$/);
      assertTrue(alice.screen.includes("connected again"), alice.screen);
      assertTrue(!/↑ large/.test(alice.rows.join("\n")), "the bar is gone with the transfer");
      await bob.shows("sends large.bin, 3 MB (/download #1)");
      network.stopAfter(1_000_000);
      await bob.enters("/download #1 got.bin");
      await bob.shows(/↓ large\.bin \[#{5}-{15}\] +2\d%/);
      await server.restart();
      await bob.shows(/got\.bin is here, its checksum is right/);
      assertEquals(md5Of(await Deno.readFile(`${folder}/got.bin`)), md5Of(bytes));
      network.stopAfter(1_000_000);
      await bob.enters("/download #1 never.bin");
      await bob.shows(/↓ large\.bin/);
      await bob.enters("/cancel");
      await bob.shows("-- large.bin: given up");
      await bob.enters("/cancel");
      await bob.shows("! nothing is under way (/cancel)");
    });
  },
);
