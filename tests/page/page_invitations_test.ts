/** Invitations by link in the page: the first administrator's, those that people make, and coming in with one. */
import { assertEquals, assertLike } from "../support/assert.ts";
import { pageTest } from "../support/browser.ts";
import { operatorAt } from "../support/operator.ts";

const PASSWORD = "correct horse 7 battery";
const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true };

pageTest(
  "the first one who comes makes the administrator, invites others, and they come into the rooms",
  async ({ person, server }) => {
    const alice = await person("alice", server.first.slice(server.url.length + 1));
    await alice.page.getByRole("heading", { name: "You are invited" }).waitFor();
    await alice.sees("Nobody has an account here yet. Yours will run this server.");
    await alice.registers(PASSWORD);
    const { stdout: [account = ""] } = await operatorAt(server.data)(["account", "list", "--json"]).ends();
    assertEquals(JSON.parse(account).role, "admin");
    await alice.entersRoom("plans");
    await alice.says("the first plan");
    await alice.presses("Join or create a room");
    await alice.writes("Room name", "secrets");
    await alice.page.getByRole("checkbox", { name: /^Private/ }).check();
    await alice.presses("Create room");
    await alice.isIn("secrets");

    await alice.presses("Settings");
    await alice.presses("Invite people");
    const dialog = alice.page.getByRole("dialog", { name: "Invite people" });
    await dialog.getByRole("checkbox", { name: "plans" }).check();
    await dialog.getByRole("checkbox", { name: /^secrets ?Private$/ }).waitFor();
    await dialog.getByLabel("How many people").fill("0");
    await dialog.getByRole("button", { name: "Make a link" }).click();
    await dialog.getByText("A whole number from 1 to 1000.").waitFor();
    await dialog.getByLabel("How many people").fill("2");
    await dialog.getByRole("button", { name: "Make a link" }).click();
    const link = await dialog.getByRole("textbox", { name: "Link" }).inputValue();
    assertLike(link, new RegExp(`^${server.url}/#/invitation/[0-9A-Z]{12}$`));
    await dialog.getByText("2 of 2 left").waitFor();
    await alice.isPictured();
    await alice.page.keyboard.press("Escape");

    // On a phone somebody comes with it, another is refused without one.
    const bob = await person("bob", link.slice(server.url.length + 1), PHONE);
    await bob.sees("alice invites you into plans.");
    await bob.isPictured();
    await bob.writes("Username", "bob");
    await bob.writes("Password", PASSWORD);
    await bob.presses("Create account");
    await bob.isIn("plans");
    const eve = await person("eve", "#/register");
    await eve.writes("Invitation", "nothing");
    await eve.writes("Username", "eve");
    await eve.writes("Password", PASSWORD);
    await eve.presses("Create account");
    await eve.sees("This invitation is wrong, used up or too old; ask for another.");

    // Who has an account goes by sign-in, and comes into the rooms as well.
    await operatorAt(server.data)(["account", "add", "carol"], PASSWORD).ends();
    const carol = await person("carol", link.slice(server.url.length + 1));
    await carol.follows("I have an account");
    await carol.writes("Username, nickname or email", "carol");
    await carol.writes("Password", PASSWORD);
    await carol.presses("Sign in");
    await carol.isIn("plans");
    await carol.reads("the first plan");
    await carol.page.getByRole("region", { name: "Rooms" }).getByRole("link", { name: /^plans/ }).waitFor();
    await bob.page.goto(link);
    await bob.sees("This invitation is wrong, used up or too old; ask for another.");
  },
  { registration: "invite" },
);
