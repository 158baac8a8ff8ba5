/** The page of a node that is gone: it says where its people can go on. */
import { clusterTest, type TestNode } from "../cluster/cluster_scene.ts";
import { isSkipped, Person } from "../support/browser.ts";
import { freePort } from "../support/free_port.ts";
import { launchBrowser } from "../support/launch_browser.ts";

const IS_SKIPPED = isSkipped("the page of a node that is gone");

clusterTest("the page of a node that is gone leads to another one", 1, async (cluster) => {
  if (IS_SKIPPED) return;
  const start = async (name: string): Promise<TestNode> => {
    const http = await freePort();
    return await cluster.node(name, { http, nodeUrl: `http://127.0.0.1:${http}` });
  };
  const [one, two] = [await start("one"), await start("two")];
  const browser = await launchBrowser();
  try {
    const ada = await Person.arrive("ada", browser, `${one.running.http}/#/guest`, {});
    await ada.comesAsGuest();
    await one.stop();
    await ada.page.getByText(/^Offline since/).waitFor();
    const { host } = new URL(two.running.http);
    await ada.follows(`Go on at ${host}`);
    await ada.page.waitForURL(`http://${host}/**`);
    await ada.page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  } finally {
    await browser.close();
  }
});
