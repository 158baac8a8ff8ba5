/** Two tabs of one browser: each is one person until that person signs out there. */
import { assertEquals } from "../support/assert.ts";
import { pageTest, Person, type TestServer } from "../support/browser.ts";
import { guestOf } from "./page_scene.ts";
import { bytesOf } from "../support/sample_files.ts";

/** Another tab of somebody's browser. */
async function tabBeside(server: TestServer, { context }: Person, name: string, path = ""): Promise<Person> {
  const tab = new Person(name, await context.newPage(), context);
  await tab.page.goto(`${server.url}/${path}`);
  return tab;
}

pageTest(
  "two people in two tabs stay who they are: after a lost link, a reload, with files, signing out",
  async ({ person, server, file }) => {
    const heard: string[] = [];
    const carol = await guestOf(server, "carol", (event) => {
      if (event.event === "message") heard.push(`${event.from}: ${event.file?.name ?? event.text}`);
    });
    const ada = await person("ada", "#/guest");
    const bob = await tabBeside(server, ada, "bob", "#/guest");
    await ada.comesAsGuest();
    await bob.comesAsGuest();

    await server.stop();
    await ada.sees(/^Offline since/);
    // It is said for a few seconds only.
    const back = Promise.all([ada, bob].map((each) => each.sees("Back online")));
    await server.again();
    await back;
    await ada.says("ada speaks");
    await bob.reads("ada speaks");
    await bob.says("bob speaks");
    await ada.reads("bob speaks");

    await ada.page.reload();
    await ada.isIn("lobby");
    await ada.says("ada again");
    await bob.reads("ada again");
    assertEquals(await bob.message("ada again").getByText("ada", { exact: true }).count() > 0, true);

    const bytes = bytesOf(300_000);
    await ada.attaches(await file("plan.bin", bytes));
    await bob.file("plan.bin").waitFor();
    assertEquals(await bob.fetches("Download plan.bin"), bytes);
    assertEquals(await ada.fetches("Download plan.bin"), bytes);

    await ada.signsOut();
    await ada.page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    await bob.says("bob stays");
    await bob.reads("bob stays");
    await bob.page.reload();
    await bob.reads("bob stays");
    assertEquals(bob.complaints, []);
    await carol.ask("send", { room: "lobby", text: "seen" });
    await bob.reads("seen");
    assertEquals(heard.filter((each) => !each.startsWith("carol")), [
      "ada: ada speaks",
      "bob: bob speaks",
      "ada: ada again",
      "ada: plan.bin",
      "bob: bob stays",
    ]);
    carol.close();
  },
);

pageTest(
  "a new tab is whoever signed in last, and one whose session ended says so",
  async ({ person, server }) => {
    const ada = await person("ada", "#/guest");
    const bob = await tabBeside(server, ada, "bob", "#/guest");
    await ada.comesAsGuest();
    await bob.comesAsGuest();
    const second = await tabBeside(server, ada, "second");
    await second.isIn("lobby");
    await second.says("from the second tab");
    await ada.reads("from the second tab");
    // The same person in two tabs has one session: signing out in one ends the other, where it can be seen.
    await second.signsOut();
    await bob.sees("Your session has ended. Sign in again.");
    await ada.says("still here");
    await ada.reads("still here");
    // One that slept meanwhile does not become ada.
    await ada.page.goto("about:blank");
    await ada.context.clearCookies();
    await ada.page.goto(server.url);
    await ada.sees("Your session has ended. Sign in again.");
  },
);

pageTest(
  "the link of a file leads through the sign-in to the file, from another site too",
  async ({ person, server, file }) => {
    const ada = await person("ada", "#/guest");
    await ada.comesAsGuest();
    await ada.attaches(await file("note.txt", new TextEncoder().encode("the plan")));
    const link = ada.file("note.txt").getByRole("link").first();
    const url = new URL((await link.getAttribute("href"))!, `${server.url}/`).href;
    // Nobody yet: the sign-in, then the file.
    const bob = await person("bob");
    await bob.page.goto(url);
    await bob.page.getByRole("link", { name: "Come in as a guest" }).click();
    const [saved] = await Promise.all([bob.page.waitForEvent("download"), bob.comesAsGuest()]);
    assertEquals(await Deno.readTextFile(await saved.path()), "the plan");
    // Signed in, but another site had the link, so that no cookie comes along.
    await bob.page.goto(`data:text/html,<a href="${url}">the plan</a>`);
    const [again] = await Promise.all([bob.page.waitForEvent("download"), bob.follows("the plan")]);
    assertEquals(again.suggestedFilename(), "note.txt");
    // Signed in, and it is not for them, or is gone: words, and the way back.
    await bob.page.goto(`${server.url}/files/none`);
    await bob.page.getByRole("heading", { name: "This can't be shown" }).waitFor();
    await bob.sees("There is no such file, it was deleted, or it was not sent to you.");
    await bob.follows("To the chat");
    await bob.isIn("lobby");
    await bob.page.goto(`${server.url}/nowhere/at/all`);
    await bob.sees("There is nothing at this address.");
  },
);
