/** Files in the page, as people send and get them: issue "Files", item 9. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Page } from "playwright-core";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person, type Stage } from "../support/browser.ts";
import { does, recalls } from "./page_scene.ts";
import { bytesOf, md5Of, pngOf } from "../support/sample_files.ts";

const MB = 1_000_000;

pageTest("a picture is sent, seen, looked at, checked and taken back", async (stage) => {
  const { alice, bob } = await twoGuests(stage);
  const dawn = pngOf(300, 200);
  await alice.attaches(await stage.file("dawn.png", dawn));

  const view = bob.page.getByRole("button", { name: "View dawn.png" });
  await view.waitFor();
  assertEquals(await shownWidth(bob.page, "dawn.png"), 300);
  await view.focus();
  await bob.page.keyboard.press("Enter");
  const viewer = bob.page.getByRole("dialog", { name: "dawn.png" });
  await viewer.getByRole("link", { name: "Download dawn.png" }).waitFor();
  await bob.page.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
  assertTrue(await view.evaluate((each) => each === document.activeElement), "the focus did not come back");

  await does(bob, "MD5 and SHA-256", bob.file("dawn.png"));
  const sums = bob.page.getByRole("dialog", { name: "MD5 and SHA-256 of dawn.png" });
  await sums.getByText(md5Of(dawn), { exact: true }).waitFor();
  await sums.getByText(createHash("sha256").update(dawn).digest("hex"), { exact: true }).waitFor();
  await bob.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await sums.getByRole("button", { name: "Copy MD5" }).click();
  assertEquals(await bob.page.evaluate(() => navigator.clipboard.readText()), md5Of(dawn));
  await sums.getByRole("button", { name: "Close" }).click();
  assertEquals(await bob.fetches("Download dawn.png"), dawn);

  await bob.presses("Files");
  const list = bob.page.getByRole("complementary", { name: "Files" });
  await list.getByRole("link", { name: "Download dawn.png" }).waitFor();
  await recalls(alice, alice.file("dawn.png"));
  await bob.reads("Message deleted");
  await list.getByText("No files yet").waitFor();
  assertEquals(await bob.page.getByTitle("dawn.png").count(), 0);
});

pageTest("a video plays among the messages", async (stage) => {
  const { alice, bob } = await twoGuests(stage);
  const film = await filmedBy(alice.page);
  await alice.attaches(await stage.file("signal.webm", film));
  await bob.file("signal.webm").locator("video").waitFor();
  const played = await bob.page.locator("video").evaluate((video: HTMLVideoElement) => {
    video.muted = true;
    return new Promise((resolve, reject) => {
      video.addEventListener("timeupdate", () => video.currentTime > 0 && resolve("played"));
      video.play().catch(reject);
    });
  });
  assertEquals(played, "played");
  await bob.presses("View signal.webm");
  await bob.page.getByRole("dialog", { name: "signal.webm" }).locator("video").waitFor();
});

pageTest("files and a folder are dropped; the folder comes as a zip, empty folders too", async (stage) => {
  const { alice, bob } = await twoGuests(stage);
  const plan = bytesOf(30_000);
  const note = bytesOf(300_001);
  const inside = await stage.file("plans/read me.txt", bytesOf(12));
  const plans = inside.slice(0, inside.lastIndexOf("/"));
  await stage.file("plans/ground/plan.bin", plan);
  await Deno.mkdir(`${plans}/attic/left`, { recursive: true });
  await alice.drops(await stage.file("note.bin", note), plans);
  await alice.page.getByRole("list", { name: "Files to send" }).getByTitle("plans", { exact: true })
    .waitFor();
  await alice.presses("Send");
  await bob.file("plans").getByText("2 files · 30 kB").waitFor();
  await bob.file("note.bin").waitFor();
  await bob.presses("Show what is in plans");
  for (const path of ["ground/plan.bin", "read me.txt", "attic/left"]) {
    await bob.page.getByTitle(path, { exact: true }).waitFor();
  }
  assertEquals(await bob.fetches("Download ground/plan.bin"), plan);
  assertEquals(namesInZip(await bob.fetches("Download as zip")).sort(), [
    "plans/",
    "plans/attic/left/",
    "plans/ground/plan.bin",
    "plans/read me.txt",
  ]);
});

pageTest("a picture is pasted", async (stage) => {
  const { alice, bob } = await twoGuests(stage);
  await alice.page.evaluate((bytes) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
    document.activeElement!.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
    );
  }, Array.from(pngOf(20, 10)));
  await alice.presses("Send");
  await bob.page.getByRole("button", { name: /^View picture \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png$/ })
    .waitFor();
});

pageTest("a private file waits for a yes, and a no is the end of it", async (stage) => {
  const { alice, bob } = await twoGuests(stage);
  await alice.page.getByRole("region", { name: "People" }).getByRole("link", { name: "bob" }).click();
  await alice.isIn("bob");
  const dawn = pngOf(300, 200);
  await alice.attaches(await stage.file("dawn.png", dawn), await stage.file("log.bin", bytesOf(5_000)));
  await alice.file("dawn.png").getByText("Waiting for bob").waitFor();
  await alice.file("log.bin").getByText("Waiting for bob").waitFor();

  await bob.page.getByRole("region", { name: "People" }).getByRole("link", { name: "alice" }).click();
  const offer = bob.page.getByRole("group", { name: "alice (guest) offers you this: dawn.png" });
  await offer.waitFor();
  assertEquals(await bob.page.getByRole("img", { name: "dawn.png" }).count(), 0);
  await offer.getByRole("button", { name: "Accept" }).click();
  assertEquals(await shownWidth(bob.page, "dawn.png"), 300);
  await alice.file("dawn.png").getByText("bob has downloaded it").waitFor();

  await bob.page.getByRole("group", { name: "alice (guest) offers you this: log.bin" })
    .getByRole("button", { name: "Refuse" }).click();
  await bob.file("log.bin").getByText("You refused it").waitFor();
  await alice.file("log.bin").getByText("bob refused it").waitFor();
  for (const each of [alice, bob]) {
    assertEquals(await each.page.getByRole("link", { name: "Download log.bin" }).count(), 0);
    await each.page.reload();
    await each.file("log.bin").getByText(/refused it$/).waitFor();
    assertEquals(await shownWidth(each.page, "dawn.png"), 300);
  }
});

pageTest("between accounts a private picture shows at once, unless one wants to be asked", async (stage) => {
  const [alice, bob] = await Promise.all([
    stage.person("alice", "#/register"),
    stage.person("bob", "#/register"),
  ]);
  await Promise.all([alice, bob].map((each) => each.registers("correct horse 7 battery")));
  await alice.page.evaluate(() => location.hash = "#/with/bob");
  await alice.isIn("bob");
  const sends = async (name: string) => {
    await alice.attaches(await stage.file(name, pngOf(300, 200)));
  };
  await sends("dawn.png");
  // As long as nobody has looked, nobody has taken it.
  await alice.file("dawn.png").getByText("Waiting for bob").waitFor();
  const another = await bob.context.newPage();
  for (const page of [bob.page, another]) await page.goto(`${stage.server.url}/#/with/alice`);
  for (const page of [bob.page, another]) assertEquals(await shownWidth(page, "dawn.png"), 300);
  await alice.file("dawn.png").getByText("bob has downloaded it").waitFor();

  const asks = async (before: string) => {
    await bob.presses("Settings");
    await bob.page.getByRole("group", { name: "Ask before files from" }).getByRole("radio", { name: before })
      .check();
    await bob.page.keyboard.press("Escape");
  };
  await another.close();
  await asks("Everybody");
  await sends("noon.png");
  const offer = bob.page.getByRole("group", { name: "alice offers you this: noon.png" });
  await offer.waitFor();
  await asks("Guests");
  assertEquals(await shownWidth(bob.page, "noon.png"), 300);
});

pageTest("what is cancelled reaches nobody, and leaves its room to others", async (stage) => {
  const { alice, bob } = await twoGuests(stage);
  await alice.sendsWith(2 * MB);
  await alice.attaches(await stage.file("large.bin", bytesOf(6 * MB)));
  await alice.transfer("large.bin").getByText(/MB\sof\s6\sMB · .*MB\/s · .*\sleft$/).waitFor();
  await alice.presses("Cancel large.bin");
  await alice.transfer("large.bin").waitFor({ state: "detached" });
  await alice.sendsWith(0);
  await alice.says("that was the wrong one");
  await bob.reads("that was the wrong one");
  assertEquals(await bob.page.getByTitle("large.bin").count(), 0);
  await alice.attaches(await stage.file("right.bin", bytesOf(5 * MB)));
  await bob.file("right.bin").waitFor();
}, { quota: 9 * MB });

pageTest("the server restarts in mid-upload: the file goes on, and arrives whole", async (stage) => {
  const { alice, bob } = await twoGuests(stage);
  const large = bytesOf(9 * MB);
  const offsets: number[] = [];
  alice.page.on("request", (request) => {
    const offset = new URL(request.url()).searchParams.get("offset");
    if (request.method() === "PUT") offsets.push(Number(offset));
  });
  await alice.sendsWith(3 * MB);
  await alice.attaches(await stage.file("large.bin", large));
  await alice.transfer("large.bin").getByText(/^[3-6]\S*\sMB\sof\s9\sMB/).waitFor();
  await stage.server.stop();
  await alice.transfer("large.bin").getByText("Connection lost. It goes on by itself.").waitFor();
  const before = offsets.length;
  await alice.sendsWith(0);
  await stage.server.again();
  await bob.file("large.bin").waitFor();
  const resumed = offsets[before] ?? 0;
  assertTrue(resumed >= 2 * MB, `it went on at ${resumed}: ${offsets}`);
  await alice.transfer("large.bin").waitFor({ state: "detached" });
  assertEquals(md5Of(await bob.fetches("Download large.bin")), md5Of(large));
  for (const each of [alice, bob]) assertEquals(await each.file("large.bin").count(), 1);
});

pageTest("200 MB go up and down equal, and the page answers meanwhile", async (stage) => {
  const { alice, bob } = await twoGuests(stage);
  const huge = bytesOf(200 * MB);
  await alice.attaches(await stage.file("huge.bin", huge));
  await alice.transfer("huge.bin").getByText(/Reading…$/).waitFor();
  await alice.says("while it is read");
  await bob.reads("while it is read");
  await alice.transfer("huge.bin").getByText(/\sof\s200\sMB/).waitFor();
  await alice.says("while it is sent");
  await bob.reads("while it is sent");
  await bob.file("huge.bin").waitFor({ timeout: 60_000 });
  const started = bob.page.waitForEvent("download");
  await bob.file("huge.bin").getByRole("link", { name: "Download huge.bin" }).click();
  const download = await started;
  assertEquals(download.suggestedFilename(), "huge.bin");
  assertEquals(await md5OfFile(await download.path()), md5Of(huge));
});

pageTest("every failure says its reason", async (stage) => {
  const { alice, bob } = await twoGuests(stage);
  const failure = (reason: string | RegExp) => alice.page.getByRole("alert").filter({ hasText: reason });
  await alice.attaches(await stage.file("long.bin", bytesOf(2_000_001)));
  await failure("This file is too large: a file may have 2000000").waitFor();
  await alice.presses("Discard");
  // A name that some systems can't have is no failure.
  await alice.attaches(await stage.file("what?.bin", bytesOf(10)));
  await alice.file("what?.bin").waitFor();

  // Two are sent at a time; the third is gone when its turn comes.
  await alice.sendsWith(0.4 * MB);
  const names = ["one.bin", "two.bin", "three.bin"];
  const paths = await Promise.all(names.map((name, i) => stage.file(name, bytesOf(200_000 + i))));
  await alice.attaches(...paths);
  await alice.transfer("three.bin").getByText(/Waits for its turn$/).waitFor();
  await Deno.remove(paths.at(-1)!);
  await failure("This file can't be read: it was changed, moved or removed.").waitFor();
  await bob.file("two.bin").waitFor();
  await alice.sendsWith(0);
  await alice.presses("Discard");
  await alice.attaches(await stage.file("three.bin", bytesOf(300_000)));
  await bob.file("three.bin").waitFor();
}, { fileMax: 2_000_000 });

pageTest("what went wrong is tried again from the card", async (stage) => {
  const { alice, bob } = await twoGuests(stage);
  const path = await stage.file("first.bin", bytesOf(900_000));
  await alice.attaches(path);
  await bob.file("first.bin").waitFor();
  await alice.attaches(await stage.file("second.bin", bytesOf(900_001)));
  await alice.page.getByRole("alert").filter({ hasText: "recall some" }).waitFor();
  await recalls(alice, alice.file("first.bin"));
  await alice.presses("Try again");
  await bob.file("second.bin").waitFor();
}, { quota: MB });

async function twoGuests({ person }: Stage): Promise<{ alice: Person; bob: Person }> {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), person("bob", "#/guest")]);
  await Promise.all([alice.comesAsGuest(), bob.comesAsGuest()]);
  return { alice, bob };
}

/** How wide a picture is by itself, once it has come. */
async function shownWidth(page: Page, name: string): Promise<number> {
  const picture = page.getByRole("img", { name }).first();
  await picture.waitFor();
  return await picture.evaluate(async (img: HTMLImageElement) => {
    await img.decode();
    return img.naturalWidth;
  });
}

/** A short film in colours. */
async function filmedBy(page: Page): Promise<Uint8Array> {
  const bytes = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    const brush = canvas.getContext("2d")!;
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
    const pieces: Blob[] = [];
    recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
    const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
    recorder.start();
    for (let hue = 0; hue < 360; hue += 30) {
      brush.fillStyle = `hsl(${hue} 60% 50%)`;
      brush.fillRect(0, 0, canvas.width, canvas.height);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    recorder.stop();
    await stopped;
    return Array.from(new Uint8Array(await new Blob(pieces).arrayBuffer()));
  });
  return new Uint8Array(bytes);
}

/** The names in a zip's central directory (APPNOTE.TXT, section 4.3.12). */
function namesInZip(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const names: string[] = [];
  for (let at = 0; at + 46 <= bytes.length; at++) {
    if (view.getUint32(at, true) !== 0x02014b50) continue;
    const length = view.getUint16(at + 28, true);
    names.push(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length)));
  }
  return names;
}

async function md5OfFile(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const block of createReadStream(path)) hash.update(block);
  return hash.digest("hex");
}
