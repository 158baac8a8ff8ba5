/** The files of a conversation in their list, and pictures as they are. */
import { assertEquals } from "../support/assert.ts";
import { pageTest } from "../support/browser.ts";

import { guestOf, saysMany } from "./page_scene.ts";
import { pngOf } from "../support/sample_files.ts";

pageTest("the list says whose a file is and since when, narrows, and leads to the message", async (stage) => {
  const [alice, bob] = await Promise.all([stage.person("alice", "#/guest"), guestOf(stage.server, "bob")]);
  await alice.comesAsGuest();
  for (const [name, bytes] of [["dawn.png", pngOf(30, 20)], ["Straße.txt", new Uint8Array(9)]] as const) {
    await alice.attaches(await stage.file(name, bytes));
    await alice.says("");
    await alice.file(name).waitFor();
  }
  await saysMany(bob, 80, (n) => `straw ${n}`);
  await alice.reads("straw 80");
  await alice.presses("Files");
  const list = alice.page.getByRole("complementary", { name: "Files" });
  const entry = list.getByRole("listitem").filter({ hasText: "Straße" });
  await entry.getByText(/^9.B · alice · /).waitFor();
  const names = () =>
    list.locator(".file-name").evaluateAll((all) => all.map((each) => each.getAttribute("title")));
  assertEquals(await names(), ["Straße.txt", "dawn.png"]);
  await list.getByRole("searchbox", { name: "Find a file by name" }).fill("strasse");
  await list.getByTitle("dawn.png", { exact: true }).waitFor({ state: "detached" });
  assertEquals(await names(), ["Straße.txt"]);
  await list.getByRole("combobox", { name: "Kind of files" }).selectOption("Pictures");
  await list.getByText("Nothing found.").waitFor();
  await list.getByRole("searchbox").fill("");
  await list.getByTitle("dawn.png", { exact: true }).waitFor();
  assertEquals(await names(), ["dawn.png"]);
  await alice.page.screenshot({ path: "tests/output/file_list.png" });
  await list.getByRole("button", { name: "Go to the message with dawn.png" }).click();
  await alice.file("dawn.png").and(alice.page.locator(":focus")).waitFor();
  bob.close();
});

pageTest("pictures are whole and no larger than they are, in a place that does not move", async (stage) => {
  const alice = await stage.person("alice", "#/guest");
  await alice.comesAsGuest();
  for (const [width, height] of [[100, 800], [1600, 100], [16, 16]] as const) {
    const name = `${width}x${height}.png`;
    await alice.attaches(await stage.file(name, pngOf(width, height)));
    await alice.says("");
    const picture = alice.file(name).locator(".picture img");
    await picture.waitFor();
    const { box, fit } = await picture.evaluate(async (img: HTMLImageElement) => {
      const place = () => img.closest(".picture")!.getBoundingClientRect().height;
      const before = place();
      await img.decode();
      return { box: [before, place()], fit: getComputedStyle(img).objectFit };
    });
    // Smaller where it is too large, never larger, and never cut.
    assertEquals(fit, "scale-down");
    assertEquals(box[0], box[1], "nothing jumps when it has come");
  }
});
