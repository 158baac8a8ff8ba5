/** To whom: one private message to several people, chosen one by one, all of them or none. */
import { assertEquals } from "../support/assert.ts";
import { pageTest } from "../support/browser.ts";
import { guestOf, PHONE } from "./page_scene.ts";
import type { Event } from "../../server/core/shared/events.ts";

pageTest("a message goes to those who are chosen, and to nobody else", async ({ person, server }) => {
  const heard: Record<string, string[]> = { bob: [], carol: [], dave: [] };
  const others = await Promise.all(
    Object.keys(heard).map((name) =>
      guestOf(server, name, (event: Event) => {
        if (event.event === "message") heard[name]!.push(`${event.text} → ${event.to ?? event.room}`);
      })
    ),
  );
  const alice = await person("alice", "#/guest");
  await alice.comesAsGuest();
  await alice.presses("Write to several people");
  const dialog = alice.page.getByRole("dialog", { name: "Write to several people" });
  await dialog.getByRole("button", { name: "Select all" }).click();
  await dialog.getByText("3 chosen").waitFor();
  await dialog.getByRole("button", { name: "Select none" }).click();
  assertEquals(await dialog.getByRole("checkbox", { checked: true }).count(), 0);
  await dialog.getByRole("button", { name: "Select all" }).click();
  await dialog.getByRole("checkbox", { name: "dave" }).uncheck();
  await dialog.getByRole("textbox", { name: /each of them gets/ }).fill("just you two");
  await dialog.getByRole("button", { name: "Send to 2 people" }).click();
  await alice.sees("Sent to 2 people.");
  for (const other of others) await other.ask("ping", {});
  assertEquals(heard, { bob: ["just you two → bob"], carol: ["just you two → carol"], dave: [] });
  await alice.page.getByRole("region", { name: "People" }).getByRole("link", { name: "carol" }).click();
  await alice.message("just you two").getByText("To bob, carol").waitFor();
  others.forEach((other) => other.close());
});

pageTest("on a phone, one of many is found by name", async ({ person, server }) => {
  const others = await Promise.all(
    Array.from({ length: 25 }, (_, n) => guestOf(server, `guest${n + 1}`)),
  );
  const alice = await person("alice", "#/guest", PHONE);
  await alice.comesAsGuest();
  await alice.follows("All conversations");
  await alice.presses("Write to several people");
  const dialog = alice.page.getByRole("dialog", { name: "Write to several people" });
  await dialog.getByRole("searchbox").fill("guest24");
  await dialog.getByRole("button", { name: "Select all" }).click();
  await dialog.getByText("1 chosen").waitFor();
  await dialog.getByRole("textbox", { name: /each of them gets/ }).fill("only you");
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await alice.sees("Sent to one person.");
  others.forEach((other) => other.close());
});
