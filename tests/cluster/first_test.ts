/** Which of the nodes does what one of them has to. */
import { type Cluster, openCluster } from "../../server/cluster/cluster.ts";
import { Fault } from "../../server/core/shared/faults.ts";
import { newState } from "../simulation/simulated_node.ts";
import { clusterTest } from "./cluster_scene.ts";
import { untilTrue } from "./polling.ts";

clusterTest("a node that keeps nothing leaves to another what one of them has to do", 1, async (cluster) => {
  const disk: { trouble?: Fault } = {};
  const open = async (node: string, log: { readonly trouble?: Fault }): Promise<Cluster> => {
    const opened = await openCluster({
      ...{
        servers: cluster.nats.urls,
        name: "main",
        credentials: undefined,
        ca: undefined,
        domain: undefined,
      },
      ...{
        replicas: 1,
        begins: true,
        node,
        url: undefined,
        publicUrl: undefined,
        version: "1",
        aliveMs: 1_200,
        snapshotEvery: 1_000,
      },
      ...{ clock: Date.now, newId: () => crypto.randomUUID() },
      askReady: () => Promise.resolve(undefined),
      ...{ onNote() {}, onProgress() {}, onEnd() {} },
    });
    await opened.claim(undefined);
    const nothing = {
      position: 0,
      lag: 0,
      lagBytes: 0,
      digestAt: () => 0,
      take: () => true,
      hear() {},
      abandon() {},
    };
    await opened.join({
      state: newState().state,
      log: {
        ...nothing,
        applied: () => Promise.resolve(),
        get trouble() {
          return log.trouble;
        },
      },
      ...{ rename() {}, noteApart: () => true, propose() {}, deserted: () => [], isFile: () => true },
      copy: () => Promise.reject(new Error("none is made")),
    }, undefined);
    return opened;
  };
  const [a, b] = [await open("a", disk), await open("b", {})];
  try {
    await until(() => a.isFirst() && !b.isFirst());
    disk.trouble = new Fault("disk_full", "Cannot keep this");
    await until(() => !a.isFirst() && b.isFirst());
    delete disk.trouble;
    await until(() => a.isFirst() && !b.isFirst());
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
});

/** The nodes hear each other some times a second. */
async function until(isSo: () => boolean): Promise<void> {
  const found = await untilTrue(() => isSo() ? undefined : `not ${isSo}`, 10_000);
  if ("not" in found) throw new Error(found.not);
}
