/** What another version of the program has put into the log: a node that can't read it stops, and leaves nothing out. */
import { assertEquals, assertLike } from "../support/assert.ts";
import { clusterTest } from "./cluster_scene.ts";

const FINDS = {
  newer: [{ format: 2, node: "x.1", batch: 1, proposals: [] }, /written in format 2/],
  unknown: [
    { format: 1, node: "x.1", batch: 1, proposals: [{ kind: "room.paint", at: 0 }] },
    /a newer Switchboard has put "room\.paint" into it/,
  ],
  strange: [undefined, /something else than Switchboard has put a message into it/],
} as const;

clusterTest("a node that finds in the log what it does not know stops", 1, async (cluster) => {
  await Promise.all(
    Object.entries(FINDS).map(async ([clusterName, [message, reason]]) => {
      const ended = Promise.withResolvers<Error>();
      let said = 0;
      await cluster.node(clusterName, { clusterName }, {
        onEnd(error) {
          said++;
          ended.resolve(error);
        },
      });
      const log = `switchboard.${clusterName}.log`;
      await cluster.nats.publish(log, message ? JSON.stringify(message) : "no JSON");
      assertLike((await ended.promise).message, reason);
      await cluster.nats.publish(log, "{}");
      await cluster.nats.rangeOf(`SWITCHBOARD_${clusterName}_LOG`);
      assertEquals(said, 1, "that is said once");
    }),
  );
});
