/** A node whose disk is full. */
import { assertEquals } from "../support/assert.ts";
import { hasSmallDisks, openSmallDisk } from "../support/tmpfs.ts";
import { clusterTest } from "./cluster_scene.ts";
import { untilReady } from "./polling.ts";

if (Deno.build.os === "linux" && await hasSmallDisks()) {
  clusterTest(
    "a node whose disk is full refuses its people and goes on where it stopped, as the others have it",
    1,
    async (cluster) => {
      const disk = await openSmallDisk(96);
      try {
        const one = await cluster.process("one");
        const two = await cluster.process("two", ["--disk-free", "1B"], disk);
        const [ada, bob] = [await one.member("ada"), await two.member("bob")];
        await disk.fill();
        for (let count = 0; count < 40; count++) {
          await ada.asks("send", { room: "lobby", text: `${count} ${"long ".repeat(2_000)}` });
        }
        const cyd = await one.guest("cyd");
        let refused = await bob.says("send", { room: "lobby", text: "for which there is no room" });
        while (refused.ok) refused = await bob.says("send", { room: "lobby", text: "x".repeat(16_000) });
        assertEquals(refused.error.code, "disk_full");
        await untilReady(false, two.process);
        await ada.asks("send", { room: "lobby", text: "the others go on" });
        await cyd.hearsAtLast({ event: "message", text: "the others go on" });

        await disk.empty();
        await bob.hearsAtLast({ event: "message", text: "the others go on" });
        await untilReady(true, two.process);
        await bob.asks("send", { room: "lobby", text: "here again" });
        await ada.hearsAtLast({ event: "message", text: "here again" });
        await two.process.end("SIGTERM");
        // On its own disk nobody else can open it.
        const copy = { data: `${cluster.folder}/copy` };
        await Deno.mkdir(copy.data);
        await Deno.copyFile(`${two.data}/switchboard.db`, `${copy.data}/switchboard.db`);
        await cluster.agree([one, copy]);
      } finally {
        await disk.close();
      }
    },
  );
}
