/** The link for the first administrator: of nodes that begin at once, one has it, and it works. */
import { assertEquals } from "../support/assert.ts";
import { clusterTest } from "./cluster_scene.ts";

clusterTest(
  "of three nodes that begin at once one has the link for the first administrator, and it works",
  1,
  async (cluster) => {
    const nodes = await Promise.all(["one", "two", "three"].map((name) => cluster.node(name)));
    const links = nodes.flatMap(({ running: { first } }) => first ? [first.link] : []);
    assertEquals(links.length, 1);
    const ada = await nodes[0]!.connect();
    const invitation = links[0]!.split("/").at(-1);
    await ada.asks("register", {
      username: "ada",
      nickname: "ada",
      password: "long enough for ada",
      invitation,
    });
    const { admin } = await ada.asks("login", { username: "ada", password: "long enough for ada" });
    assertEquals(admin, true);
  },
);
