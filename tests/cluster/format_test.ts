/** What another version of the program has put into the log: a node that can't read it stops, and leaves nothing out. */
import { assertTrue } from "../support/assert.ts";
import { clusterTest } from "./cluster_scene.ts";

for (
  const [what, message, reason] of [
    ["a newer format", { format: 2, node: "x.1", batch: 1, proposals: [] }, /written in format 2/],
    [
      "a kind of proposal that it does not know",
      { format: 1, node: "x.1", batch: 1, proposals: [{ kind: "room.paint", at: 0 }] },
      /a newer Switchboard has put "room\.paint" into it/,
    ],
  ] as const
) {
  clusterTest(`a node that finds ${what} in the log stops`, 1, async (cluster) => {
    const ended = Promise.withResolvers<Error>();
    await cluster.node("one", {}, { onEnd: ended.resolve });
    await cluster.nats.publish("switchboard.main.log", JSON.stringify(message));
    assertTrue(reason.test((await ended.promise).message), `${await ended.promise}`);
  });
}
