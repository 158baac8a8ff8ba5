/** Who may come into a cluster where nobody has said it. */
import { clusterTest } from "./cluster_scene.ts";

clusterTest("a node that only its own machine reaches opens the cluster for nobody", 1, async (cluster) => {
  const config = { registration: undefined };
  const one = await cluster.node("one", { ...config, publicUrl: "https://chat.example.org" });
  const two = await cluster.node("two", config);
  for (const node of [one, two]) {
    const eve = await node.connect();
    await eve.fails("guest", { nickname: "eve" }, "guests_off");
  }
});
