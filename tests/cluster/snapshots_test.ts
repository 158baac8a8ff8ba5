/** Snapshots, as one node makes them. */
import { connectNats } from "../../server/cluster/nats_connection.ts";
import { Snapshots } from "../../server/cluster/snapshots.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { MINUTE } from "../support/clock.ts";
import { clusterTest } from "./cluster_scene.ts";

clusterTest(
  "a snapshot is kept once most nodes have the same up to there, or not at all",
  1,
  async (cluster) => {
    const address = { servers: cluster.nats.urls, name: "main", domain: undefined, replicas: 1 };
    const parts = await connectNats({ ...address, credentials: undefined, ca: undefined }, {
      ...{ aliveMs: 5_000, begins: true },
    });
    try {
      let now = Date.now();
      let position = 0;
      const snapshots = new Snapshots({ parts, every: 10, clock: () => now });
      const path = `${cluster.folder}/copy`;
      const copy = async () => {
        await Deno.writeTextFile(path, "packed");
        return { path, seq: position };
      };
      const consider = (agreed: number) => snapshots.consider("one.1", agreed, copy);
      const isThere = () => Deno.stat(path).then(() => true, () => false);
      position = 12;
      assertEquals([await consider(9), await isThere()], [undefined, false], "it is not time");
      // One is made, and goes further than what others are known to have.
      assertEquals([await consider(10), await isThere()], [undefined, true]);
      assertEquals([await consider(11), await cluster.objects("SNAPSHOTS")], [undefined, []]);
      assertEquals([await consider(12), await isThere()], [12, false]);
      assertEquals(await cluster.objects("SNAPSHOTS"), ["000000000000012"]);

      position = 25;
      assertEquals([await consider(24), await isThere()], [undefined, true]);
      now += 10 * MINUTE;
      await assertRejects(consider(24), /most nodes do not say that they have the same up to message 25$/);
      assertEquals(await isThere(), false);
      assertEquals(await cluster.objects("SNAPSHOTS"), ["000000000000012"]);

      position = 40;
      assertEquals([await consider(38), await isThere()], [undefined, true]);
      await snapshots.close();
      assertEquals(await isThere(), false, "what ends leaves nothing behind");
    } finally {
      await parts.connection.close();
    }
  },
);
