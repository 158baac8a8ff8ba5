/** The screen before signing in: it offers what is possible on this server, and says why the rest is not. */
import { assertEquals } from "../support/assert.ts";
import { pageTest } from "../support/browser.ts";
import { confirmationIn, Mailbox } from "../support/mailbox.ts";
import { operatorAt } from "../support/operator.ts";

pageTest(
  "who comes to the door is offered what is open, and told why another way is not",
  async ({ person, server }) => {
    const alice = await person("alice");
    const ways = () =>
      alice.page.getByRole("navigation", { name: "Other ways in" }).getByRole("link").allTextContents();
    await alice.page.getByRole("link", { name: "Come in as a guest" }).waitFor();
    assertEquals(await ways(), ["Come in as a guest"]);
    await alice.page.evaluate(() => location.hash = "#/register");
    await alice.page.getByRole("heading", { name: "Not open to everybody" }).waitFor();
    await alice.sees("Whoever runs this server makes the accounts; ask them for one.");
    assertEquals(await ways(), ["I have an account", "Come in as a guest"]);
    await alice.isPictured();
    await alice.follows("Come in as a guest");
    await alice.comesAsGuest();

    // It is closed while she is inside.
    await operatorAt(server.data)(["settings", "guests", "off"]).ends();
    await alice.sees("Your session has ended. Sign in again.");
    assertEquals(await ways(), []);
    await operatorAt(server.data)(["settings", "registration", "open"]).ends();
    await operatorAt(server.data)(["settings", "mail-domains", "example.org"]).ends();
    await alice.page.reload();
    await alice.follows("Create account");
    await alice.sees("One of example.org.");
    await alice.registers("correct horse 7 battery", "alice@example.org");
  },
  { registration: "closed", guests: "on" },
);

pageTest(
  "an address that has to be confirmed is, by the link of its letter, and then one is in",
  async (stage) => {
    const { person, server } = stage;
    await using mailbox = await Mailbox.open();
    await server.stop();
    await server.again({}, { smtp: mailbox.url, mailDomains: ["example.org"] });
    const alice = await person("alice", "#/register");
    await alice.writes("Username", "alice");
    await alice.writes("Password", "correct horse 7 battery");
    await alice.page.getByLabel("Email").fill("alice@example.org");
    await alice.presses("Create account");
    await alice.page.getByRole("heading", { name: "Confirm your address" }).waitFor();
    await alice.isPictured();
    await alice.writes("Code", "nothing");
    await alice.presses("Confirm");
    await alice.sees("This code is wrong or too old.");
    await alice.writes("Code", confirmationIn(await mailbox.letter(1)));
    await alice.presses("Confirm");
    await alice.isIn("lobby");
  },
);
