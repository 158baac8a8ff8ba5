/** Bytes that belong to nothing in the cluster's store: who removes them, and when. */
import { connectNats } from "../../server/cluster/nats_connection.ts";
import { FileSweep } from "../../server/cluster/file_sweep.ts";
import { SharedObjects } from "../../server/cluster/shared_objects.ts";
import { Snapshots } from "../../server/cluster/snapshots.ts";
import { Fault } from "../../server/core/shared/faults.ts";
import { assertEquals } from "../support/assert.ts";
import { HOUR } from "../support/clock.ts";
import { bytesOf } from "../support/file_lines.ts";
import { clusterTest } from "./cluster_scene.ts";

clusterTest(
  "a node sweeps by what all have applied, and not while it can't keep that",
  1,
  async (cluster) => {
    const parts = await connectNats({
      ...{
        servers: cluster.nats.urls,
        name: "main",
        credentials: undefined,
        ca: undefined,
        domain: undefined,
      },
      replicas: 1,
    }, { aliveMs: 5_000, begins: true });
    try {
      const files = new SharedObjects(parts.files, parts);
      await cluster.nats.putObject("SWITCHBOARD_main_FILES", "late", bytesOf(10, 1));
      await cluster.nats.putObject("SWITCHBOARD_main_FILES", "orphan", bytesOf(10, 2));
      const known = new Set<string>();
      // Of a put that was killed.
      for (const what of ["FILES", "SNAPSHOTS"]) {
        await cluster.nats.publish(`$O.SWITCHBOARD_main_${what}.C.broken`, "some of it");
      }
      const log = {
        trouble: new Fault("disk_full", "Cannot keep this") as Fault | undefined,
        // What it has not applied yet says whose bytes these are.
        applied: (seq: number) => Promise.resolve(void (seq === 7 && known.add("late"))),
      };
      let now = Date.now() + 25 * HOUR;
      let isSlow = true;
      const notes: string[] = [];
      const sweep = new FileSweep({
        files: {
          list: () => isSlow ? Promise.reject(new Error("timeout")) : files.list(),
          remove: (names) => files.remove(names),
          removeLoose: (before) => files.removeLoose(before),
        },
        snapshots: new Snapshots({ parts, every: Infinity, clock: Date.now }),
        stream: { range: () => Promise.resolve({ first: 1, last: 7 }) },
        clock: () => now,
        onNote: (note) => notes.push(note),
      });
      const sweeping = { log, isFile: (id: string) => known.has(id) };
      await sweep.consider(sweeping, true);
      assertEquals((await cluster.objects("FILES")).sort(), ["late", "orphan"]);
      log.trouble = undefined;
      // NATS does not answer in time: it is tried again an hour later.
      await sweep.consider(sweeping, true);
      isSlow = false;
      await sweep.consider(sweeping, true);
      assertEquals((await cluster.objects("FILES")).sort(), ["late", "orphan"]);
      now += 2 * HOUR;
      await sweep.consider(sweeping, true);
      assertEquals(await cluster.objects("FILES"), ["late"]);
      assertEquals(notes, ["files that belong to nothing could not be removed: Error: timeout"]);
      const pieces = await Promise.all(["FILES", "SNAPSHOTS"].map(async (what) => {
        const bucket = `SWITCHBOARD_main_${what}`;
        const { state } = await parts.manager.streams.info(`OBJ_${bucket}`, {
          subjects_filter: `$O.${bucket}.C.*`,
        });
        return Object.keys(state.subjects ?? {}).length;
      }));
      assertEquals(pieces, [1, 0], "what is whole is there");
    } finally {
      await parts.connection.close();
    }
  },
);
