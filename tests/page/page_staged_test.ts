/** Files wait for a word: shown before they are sent, with what is said about them, and never sent by a paste alone. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { bytesOf } from "../support/file_lines.ts";
import { guestOf, PHONE } from "./page_scene.ts";
import { pngOf } from "../support/sample_files.ts";

const stagedBy = ({ page }: Person) =>
  page.getByRole("list", { name: "Files to send" }).getByRole("listitem");
const fieldOf = ({ page }: Person) => page.getByRole("textbox", { name: /^Message / });
const transfersOf = ({ page }: Person) => page.getByRole("group", { name: /^Sending / });

/** Pastes, or drops on what is in the middle of the page, a picture. */
async function gives({ page }: Person, how: "paste" | "drop", name = "image.png"): Promise<void> {
  await page.evaluate(([how, name, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
    const options = { bubbles: true, cancelable: true };
    const event = how === "paste"
      ? new ClipboardEvent("paste", { ...options, clipboardData: data })
      : new DragEvent("drop", { ...options, dataTransfer: data });
    const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2)!;
    (how === "paste" ? document.activeElement! : middle).dispatchEvent(event);
  }, [how, name, Array.from(pngOf(40, 30))] as const);
}

pageTest(
  "files are staged: seen, taken away, kept while one looks elsewhere, and sent with a caption",
  async (stage) => {
    const [alice, bob] = await Promise.all([stage.person("alice", "#/guest"), guestOf(stage.server, "bob")]);
    await alice.comesAsGuest();
    const said = async () => (await bob.ask("history", { room: "lobby" })).messages;
    await alice.stages(
      await stage.file("dawn.png", pngOf(300, 200)),
      await stage.file("plan.txt", bytesOf(1_500)),
    );
    await gives(alice, "paste");
    await gives(alice, "drop", "dropped.png");
    await stagedBy(alice).nth(3).waitFor();
    assertEquals(
      await stagedBy(alice).evaluateAll((all) => all.map((each) => each.querySelector("img") !== null)),
      [
        true,
        false,
        true,
        true,
      ],
    );
    await stagedBy(alice).nth(1).getByText("1.5 kB").waitFor();
    await alice.page.screenshot({ path: "tests/output/staged.png" });
    await alice.presses("Remove plan.txt");
    await alice.presses("Remove dropped.png");
    await stagedBy(alice).filter({ hasText: "image" }).waitFor({ state: "detached" });
    await stagedBy(alice).nth(1).getByRole("button").click();
    assertEquals(await stagedBy(alice).count(), 1);

    await alice.page.getByRole("link", { name: "bob" }).first().click();
    await alice.isIn("bob");
    assertEquals(await stagedBy(alice).count(), 0, "they belong to where they were put");
    await alice.page.goBack();
    await alice.isIn("lobby");
    assertEquals(await stagedBy(alice).count(), 1);
    assertEquals(await said(), [], "nothing was sent");

    await fieldOf(alice).fill("look at **this**");
    await fieldOf(alice).press("Enter");
    const shown = alice.file("dawn.png");
    await shown.getByText("look at this").waitFor();
    assertEquals((await said()).map(({ text, file }) => [text, file?.name]), [[
      "look at **this**",
      "dawn.png",
    ]]);
    assertEquals([await fieldOf(alice).inputValue(), await stagedBy(alice).count()], ["", 0]);

    // A caption is a text of one's own like any other: the arrow up changes it.
    await fieldOf(alice).press("ArrowUp");
    await alice.page.getByRole("textbox", { name: "Edit the message" }).fill("look at that");
    await alice.page.keyboard.press("Enter");
    await shown.getByText("look at that").waitFor();

    // With several files the words come first.
    await alice.stages(await stage.file("one.bin", bytesOf(10)), await stage.file("two.bin", bytesOf(20)));
    await fieldOf(alice).fill("both of them");
    await fieldOf(alice).press("Enter");
    await Promise.all([alice.file("one.bin").waitFor(), alice.file("two.bin").waitFor()]);
    const [, first, ...rest] = await said();
    assertEquals(first?.text, "both of them");
    assertEquals(rest.map(({ file }) => file?.name).sort(), ["one.bin", "two.bin"]);
  },
);

pageTest("what is pasted or dropped on a dialog is not for the room behind it", async (stage) => {
  const alice = await stage.person("alice", "#/guest");
  await alice.comesAsGuest();
  await guestOf(stage.server, "bob");
  const open = {
    "Write to several people": () => alice.presses("Write to several people"),
    Settings: () => alice.presses("Settings"),
    "Join or create a room": () => alice.presses("Join or create a room"),
    Search: () => alice.presses("Search"),
  };
  for (const [name, opens] of Object.entries(open)) {
    await opens();
    await alice.page.getByRole("dialog", { name }).waitFor();
    for (const how of ["paste", "drop"] as const) await gives(alice, how);
    await alice.page.keyboard.press("Escape");
    await alice.page.getByRole("dialog").waitFor({ state: "detached" });
    assertEquals([name, await stagedBy(alice).count(), await transfersOf(alice).count()], [name, 0, 0]);
  }
  // The room takes what comes once it is in front again.
  await gives(alice, "paste");
  await stagedBy(alice).first().waitFor();
  assertEquals(await alice.page.getByRole("article").count(), 0, "nothing is sent by that");
});

pageTest(
  "files that are sent at once appear as they were chosen, the small ones behind a large one",
  async (stage) => {
    const alice = await stage.person("alice", "#/guest");
    await alice.comesAsGuest();
    const bob = await guestOf(stage.server, "bob");
    const names = ["large.bin", "b.bin", "c.bin", "wrong.bin", "d.bin"];
    const [second, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let puts = 0;
    await alice.page.route(/\/files\/[^/]+\?offset=0/, async (route) => {
      const isFirst = puts++ === 0;
      if (isFirst) await goesOn.promise;
      await route.fulfill({ response: await route.fetch() });
      if (!isFirst) second.resolve();
    });
    await alice.stages(
      ...await Promise.all(names.map((name, n) => stage.file(name, bytesOf(n === 0 ? 900_000 : 100 + n)))),
    );
    await fieldOf(alice).press("Enter");
    // All bytes of the second are there before the first has any; one in the middle is called off.
    await second.promise;
    await alice.presses("Cancel wrong.bin");
    goesOn.resolve();
    await alice.file("d.bin").waitFor();
    const { messages } = await bob.ask("history", { room: "lobby" });
    assertEquals(messages.map(({ file }) => file?.name), ["large.bin", "b.bin", "c.bin", "d.bin"]);
    await alice.page.unroute(/\/files\/[^/]+\?offset=0/);
    bob.close();
  },
);

pageTest("the browser asks before files that wait for a word are lost", async (stage) => {
  const alice = await stage.person("alice", "#/guest");
  await alice.comesAsGuest();
  const asked: string[] = [];
  alice.page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await dialog.accept();
  });
  await fieldOf(alice).fill("words are kept");
  await alice.page.reload();
  await fieldOf(alice).waitFor();
  assertEquals(asked, []);
  await alice.stages(await stage.file("plan.txt", bytesOf(1_500)));
  await stagedBy(alice).first().waitFor();
  await fieldOf(alice).click();
  await alice.page.reload();
  await fieldOf(alice).waitFor();
  assertEquals([asked, await stagedBy(alice).count()], [["beforeunload"], 0]);
});

pageTest("files that are alike all arrive", async (stage) => {
  const alice = await stage.person("alice", "#/guest");
  await alice.comesAsGuest();
  const same = bytesOf(700_000);
  const paths = await Promise.all([
    ...["a", "b", "c"].map((folder) => stage.file(`${folder}/same.bin`, same)),
    ...["a", "b"].map((folder) => stage.file(`${folder}/empty.txt`, new Uint8Array(0))),
    ...["a", "b"].map((folder) => stage.file(`${folder}/alike.bin`, bytesOf(700_000, folder.length))),
  ]);
  await alice.attaches(...paths);
  await alice.file("same.bin").nth(2).waitFor();
  await alice.file("empty.txt").nth(1).waitFor();
  await alice.file("alike.bin").nth(1).waitFor();
  await transfersOf(alice).first().waitFor({ state: "detached" });
  assertEquals(await alice.page.getByRole("article").count(), paths.length);
});

pageTest("a caption that was not sent goes back to where one writes", async (stage) => {
  const alice = await stage.person("alice", "#/guest");
  await alice.comesAsGuest();
  await alice.sendsWith(20_000);
  await alice.stages(await stage.file("large.bin", bytesOf(3_000_000)));
  await fieldOf(alice).fill("it takes long");
  await fieldOf(alice).press("Enter");
  await alice.transfer("large.bin").waitFor();
  await alice.sees("it takes long");
  await alice.presses("Cancel large.bin");
  assertEquals(await fieldOf(alice).inputValue(), "it takes long");
  await alice.sendsWith(0);
});

pageTest("on a phone staged files fit, in the dark too", async (stage) => {
  const alice = await stage.person("alice", "#/guest", { ...PHONE, colorScheme: "dark" });
  await alice.comesAsGuest();
  await alice.stages(
    await stage.file("a very long name of a picture that nobody can read whole.png", pngOf(900, 300)),
    ...await Promise.all([1, 2, 3, 4, 5].map((n) => stage.file(`part ${n}.zip`, bytesOf(1_000 * n)))),
  );
  await stagedBy(alice).nth(5).waitFor();
  const wide = await alice.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assertTrue(wide <= 0, `${wide} px too wide`);
  await alice.page.screenshot({ path: "tests/output/staged_phone.png" });
  await alice.presses("Remove all");
  assertEquals(await stagedBy(alice).count(), 0);
});
