/** One's account, as people manage it in the page: signing in and out, registering, passwords, sessions. */
import type { Locator } from "playwright-core";
import { runningAdminApi } from "../../server/admin/access.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { LetterBox } from "../support/letter_box.ts";

const PASSWORD = "correct horse 7 battery";
const ANOTHER = "another horse 8 battery";
const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true };

pageTest(
  "signing in needs a keyboard and nothing else, and a password manager finds its way",
  async (stage) => {
    const alice = await stage.person("alice", "#/register");
    await alice.registers(PASSWORD);
    await alice.signsOut();
    const field = (label: string) => alice.page.getByLabel(label, { exact: true });
    assertEquals(await field("Password").getAttribute("autocomplete"), "current-password");
    assertEquals(await field("Username, nickname or email").getAttribute("autocomplete"), "username");
    assertEquals(
      await field("Password").evaluate((input: HTMLInputElement) => input.form?.elements.length),
      4,
    );

    await alice.page.goto("about:blank");
    const bob = await stage.person("bob");
    const { keyboard } = bob.page;
    await bob.page.getByRole("heading", { name: "Sign in" }).waitFor();
    await isFocused(bob.page.getByLabel("Username, nickname or email"));
    await keyboard.type("alice");
    await keyboard.press("Tab");
    await keyboard.type("a wrong password");
    await keyboard.press("Enter");
    await bob.page.getByRole("alert").getByText("The name or the password is wrong.").waitFor();
    await keyboard.press("Tab");
    const ring = await bob.page.evaluate(() => getComputedStyle(document.activeElement!).outline);
    assertTrue(/solid 2px/.test(ring), `where the focus is can't be seen: ${ring}`);
    await keyboard.press("Space");
    assertEquals(await bob.page.getByLabel("Password", { exact: true }).getAttribute("type"), "text");
    await keyboard.press("Shift+Tab");
    await keyboard.press("Control+a");
    await keyboard.type(PASSWORD);
    await keyboard.press("Enter");
    await bob.isIn("lobby");
  },
);

pageTest("registering says what is wrong at the field, and goes there", async ({ person }) => {
  const alice = await person("alice", "#/register", PHONE);
  const field = (label: string) => alice.page.getByRole("textbox", { name: label });
  const wrong = async (label: string, why: string | RegExp) => {
    await alice.presses("Create account");
    await alice.page.getByText(why).first().waitFor();
    await isFocused(field(label));
    const described = await describedBy(field(label));
    assertTrue(described.search(why) !== -1, `${label} is described by: ${described}`);
    assertEquals(await field(label).getAttribute("aria-invalid"), "true");
  };
  await wrong("Username", "Fill this in.");
  await field("Username").fill("alice@home");
  await wrong("Password", "Fill this in.");
  await field("Password").fill("short");
  await wrong("Password", "At least 8 characters.");
  assertEquals(await alice.page.getByText("At least 8 characters.").count(), 1);
  await field("Password").fill(PASSWORD);
  await field("Email").fill("nowhere");
  await wrong("Email", "This is not an email address.");
  await field("Email").fill("alice@example.org");
  await wrong("Username", /^Choose another username: "@" stands in email addresses only$/);
  await field("Username").fill("alice");
  assertEquals(await field("Username").getAttribute("aria-invalid"), null);
  await field("Password").fill("password1");
  await wrong("Password", /^Choose another password: /);
  await field("Password").fill(PASSWORD);
  await field("Phone").fill("a phone");
  await wrong("Phone", "This is not a phone number.");
  await field("Phone").fill("+44 20 7946 0000");
  await alice.presses("Create account");
  await alice.isIn("lobby");

  const bob = await person("bob", "#/register");
  await bob.writes("Username", "ALICE");
  await bob.writes("Password", PASSWORD);
  await bob.presses("Create account");
  await bob.sees("This username, or one that looks like it, is taken; choose another.");
});

pageTest(
  "a forgotten password is set anew with the code by hand, a wrong code is said at it",
  async (stage) => {
    const { person, server } = stage;
    const alice = await person("alice", "#/register");
    await alice.registers(PASSWORD, "alice@example.org");
    await alice.signsOut();
    await alice.follows("Forgot password?");
    using letters = new LetterBox(server.data);
    await alice.writes("Email", "alice@example.org");
    await alice.presses("Send the code");
    await alice.sees("a code is on its way");
    // A link that is opened in this tab.
    await alice.page.evaluate(() => location.hash = "#/reset?code=ABCDE-FGHJK-MNPQR");
    await alice.page.waitForFunction(() =>
      document.querySelector<HTMLInputElement>("[name=code]")?.value === "ABCDE-FGHJK-MNPQR"
    );
    await alice.writes("New password", ANOTHER);
    await alice.presses("Set password");
    await alice.sees("This code is wrong or too old; ask for a new one.");
    await isFocused(alice.page.getByLabel("Code", { exact: true }));
    await alice.writes("Code", await letters.code());
    await alice.presses("Set password");
    await alice.sees("Your password is changed. Sign in with it now.");
    await isFocused(alice.page.getByLabel("Password", { exact: true }));
    await alice.writes("Password", ANOTHER);
    await alice.presses("Sign in");
    await alice.isIn("lobby");
  },
);

pageTest("changing the password ends the other sessions, and says so there", async ({ person }) => {
  const alice = await person("alice", "#/register");
  await alice.registers(PASSWORD);
  const elsewhere = await person("elsewhere");
  await signIn(elsewhere, "alice", PASSWORD);

  await alice.presses("Settings");
  const sessions = alice.page.getByRole("region", { name: "Where you are signed in" }).getByRole("listitem");
  await sessions.nth(1).waitFor();
  await alice.presses("Change password");
  await alice.writes("Current password", "not this one");
  await alice.writes("New password", ANOTHER);
  await alice.presses("Set password");
  await alice.sees("This is not your current password.");
  await isFocused(alice.page.getByLabel("Current password"));
  await alice.writes("Current password", PASSWORD);
  await alice.presses("Set password");
  await alice.sees("Your password is changed.");
  await sessions.nth(1).waitFor({ state: "detached" });
  await sessions.getByText("This one").waitFor();
  await elsewhere.sees("The password was changed, so sign in again.");
  await elsewhere.writes("Password", ANOTHER);
  await elsewhere.presses("Sign in");
  await elsewhere.isIn("lobby");
});

pageTest("one sees where one is signed in, and signs out there", async ({ person }) => {
  const alice = await person("alice", "#/register", PHONE);
  await alice.registers(PASSWORD);
  const phone = await person("phone", "", {
    userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1",
  });
  await signIn(phone, "alice", PASSWORD);

  await alice.follows("All conversations");
  await alice.presses("Settings");
  const sessions = alice.page.getByRole("region", { name: "Where you are signed in" }).getByRole("listitem");
  await sessions.filter({ hasText: "Chrome · Linux" }).getByText("This one").waitFor();
  await sessions.filter({ hasText: "Safari · iPhone" }).getByText("online now").waitFor();
  await alice.presses("Sign out there: Safari · iPhone");
  await phone.sees("Your session has ended. Sign in again.");
  await sessions.filter({ hasText: "iPhone" }).waitFor({ state: "detached" });
  assertEquals(await sessions.count(), 1);
});

pageTest("the last nickname and room are remembered; a link counts more", async ({ person, server }) => {
  const alice = await person("alice", "#/register");
  await alice.registers(PASSWORD);
  await alice.entersRoom("harbour");
  await alice.says("Where nobody has said anything, nothing stays.");
  await alice.reads("Where nobody has said anything, nothing stays.");
  await alice.signsOut();
  await isFocused(alice.page.getByLabel("Password", { exact: true }));
  assertEquals(await alice.page.getByLabel("Username, nickname or email").inputValue(), "alice");
  await alice.writes("Password", PASSWORD);
  await alice.presses("Sign in");
  await alice.isIn("harbour");

  await alice.signsOut();
  await isFocused(alice.page.getByLabel("Password", { exact: true }));
  await alice.page.goto(`${server.url}/#/room/lobby`);
  await alice.follows("Come in as a guest");
  await alice.follows("I have an account");
  await alice.writes("Password", PASSWORD);
  await alice.presses("Sign in");
  await alice.isIn("lobby");

  await alice.signsOut();
  await alice.follows("Come in as a guest");
  await alice.writes("Nickname", "ally");
  await alice.presses("Come in");
  await alice.isIn("lobby");
  await alice.signsOut();
  await alice.follows("Come in as a guest");
  assertEquals(await alice.page.getByLabel("Nickname", { exact: true }).inputValue(), "ally");
});

async function signIn(person: Person, name: string, password: string): Promise<void> {
  await person.writes("Username, nickname or email", name);
  await person.writes("Password", password);
  await person.presses("Sign in");
  await person.isIn("lobby");
}

/** Waits until something has the focus. */
async function isFocused(locator: Locator): Promise<void> {
  const handle = await locator.elementHandle();
  await locator.page().waitForFunction((element) => document.activeElement === element, handle);
}

function describedBy(locator: Locator): Promise<string> {
  return locator.evaluate((element) => {
    const ids = element.getAttribute("aria-describedby")?.split(" ") ?? [];
    return ids.map((id) => document.getElementById(id)?.textContent).join(" / ");
  });
}

pageTest(
  "whoever signs in is told of wrong passwords that others have tried, and of a link to a new one",
  async ({ person, server }) => {
    const alice = await person("alice", "#/register");
    await alice.registers(PASSWORD);
    await alice.signsOut();
    for (let n = 0; n < 3; n++) {
      const asked = JSON.stringify({ op: "login", username: "alice", password: "a wrong one" });
      const headers = { "content-type": "application/json" };
      assertEquals(
        (await fetch(`${server.url}/session`, { method: "POST", headers, body: asked })).ok,
        false,
      );
    }
    const operator = await runningAdminApi(server.data);
    await operator!.ask({ op: "account.reset-link", name: "alice" });
    // A stop notes what was gathered.
    await server.stop();
    await server.again();
    await alice.page.reload();
    await alice.writes("Username, nickname or email", "alice");
    await alice.writes("Password", PASSWORD);
    await alice.presses("Sign in");
    await alice.sees(
      /^Since you last signed in, 3 wrong passwords were tried for your account, .* from .*127\.0\.0\.1.* A link to a new password was made for your account \(the operator, /,
    );
  },
);
