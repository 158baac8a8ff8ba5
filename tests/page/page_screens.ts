/** Every screen and dialog of the page, and how somebody gets there: for tests that look at all of them. */
import type { Person, Stage } from "../support/browser.ts";
import { runningAdminApi } from "../../server/admin/access.ts";
import { does, memberOf } from "./page_scene.ts";

/** One thing to look at. `go` starts where the one before it ended; `leave` takes away what lies over the page. */
export interface Screen {
  name: string;
  go(person: Person): Promise<void>;
  leave?(person: Person): Promise<void>;
}

const heading = (person: Person, name: string) => person.page.getByRole("heading", { name, exact: true });
const dialog = (person: Person) => person.page.getByRole("dialog");
const isPhone = (person: Person) => (person.page.viewportSize()?.width ?? 0) <= 720;

async function at(person: Person, hash: string): Promise<void> {
  await person.page.evaluate((to) => location.hash = to, hash);
}

async function close(person: Person): Promise<void> {
  await person.page.keyboard.press("Escape");
  await dialog(person).waitFor({ state: "detached" });
}

/** What a stranger sees. */
export const STRANGERS_SCREENS: readonly Screen[] = [
  {
    name: "sign in",
    go: (person) => heading(person, "Sign in").waitFor(),
  },
  {
    name: "sign in, refused",
    async go(person) {
      await person.writes("Username, nickname or email", "nobody");
      await person.writes("Password", "a wrong password");
      await person.presses("Sign in");
      await person.page.getByRole("alert").waitFor();
    },
  },
  {
    name: "register",
    async go(person) {
      await at(person, "#/register");
      await heading(person, "Create account").waitFor();
    },
  },
  {
    name: "register, with something wrong",
    async go(person) {
      await person.presses("Create account");
      await person.sees("Fill this in.");
    },
  },
  {
    name: "guest",
    async go(person) {
      await at(person, "#/guest");
      await heading(person, "Come in as a guest").waitFor();
    },
  },
  {
    name: "forgotten password",
    async go(person) {
      await at(person, "#/forgot");
      await heading(person, "Reset your password").waitFor();
    },
  },
  {
    name: "new password, a letter on its way",
    async go(person) {
      await person.writes("Email", "somebody@example.org");
      await person.presses("Send the code");
      await heading(person, "Choose a new password").waitFor();
    },
  },
];

/** What somebody with an account sees, who owns "harbour" and has talked with people in the lobby. */
export const CHAT_SCREENS: readonly Screen[] = [
  {
    name: "lobby",
    async go(person) {
      await at(person, "#/room/lobby");
      await person.isIn("lobby");
    },
  },
  {
    name: "conversations",
    async go(person) {
      await at(person, "#/");
      await person.page.getByRole("navigation", { name: "Conversations" }).waitFor();
      await person.page.getByRole("button", { name: "Decline cellar" }).waitFor();
    },
  },
  {
    name: "settings",
    async go(person) {
      await person.presses("Settings");
      await person.presses("Change password");
      await dialog(person).getByText("This one").waitFor();
    },
    leave: close,
  },
  {
    name: "inviting people",
    async go(person) {
      await person.presses("Settings");
      await person.presses("Invite people");
      await dialog(person).getByRole("button", { name: "Make a link" }).click();
      await dialog(person).getByRole("textbox", { name: "Link" }).waitFor();
    },
    leave: close,
  },
  {
    name: "one's profile",
    async go(person) {
      await person.presses("Your profile");
      await person.presses("Change email");
      await dialog(person).locator("summary").click();
      await dialog(person).getByText("Delete for good").waitFor();
    },
    leave: close,
  },
  {
    name: "the directory",
    async go(person) {
      await person.presses("Everybody here");
      await dialog(person).getByRole("link", { name: /^cathy/ }).waitFor();
    },
    leave: close,
  },
  {
    name: "administration, accounts",
    async go(person) {
      await person.presses("Administration");
      await dialog(person).locator("summary").filter({ hasText: "cathy" }).click();
      await person.presses("Suspend: cathy");
      await person.presses("Sessions");
      await dialog(person).getByText(/online now/).last().waitFor();
    },
  },
  ...["Reports", "Rooms", "Invitations", "Settings", "Log"].map((name): Screen => ({
    name: `administration, ${name}`,
    async go(person) {
      await dialog(person).getByRole("tab", { name, exact: true }).click();
      await dialog(person).locator(".admin-list > li").first().waitFor();
    },
    ...(name === "Log" && { leave: close }),
  })),
  {
    name: "reporting a message",
    async go(person) {
      // With fingers the menu comes of a long press: the dialog is the same.
      if (isPhone(person)) return;
      await at(person, "#/room/lobby");
      await does(
        person,
        "Report",
        person.page.getByRole("article").filter({ hasText: "Good morning, @alice" }),
      );
      await dialog(person).getByText("What is wrong with it?").waitFor();
    },
    leave: (person) => isPhone(person) ? Promise.resolve() : close(person),
  },
  {
    name: "entering a room",
    async go(person) {
      await person.presses("Join or create a room");
      await person.writes("Room name", "somewhere new");
      await dialog(person).getByText("Delete when empty").waitFor();
    },
    leave: close,
  },
  {
    name: "a room to enter",
    async go(person) {
      await at(person, "#/room/nowhere");
      await person.sees("No room has this name yet.");
    },
  },
  {
    name: "a room of one's own, its menu",
    async go(person) {
      await at(person, "#/room/harbour");
      await person.presses("More about harbour");
      await person.page.getByRole("button", { name: "Copy link" }).waitFor();
    },
    leave: (person) => person.page.keyboard.press("Escape"),
  },
  {
    name: "its settings",
    async go(person) {
      await person.presses("More about harbour");
      await person.presses("Room settings");
      await dialog(person).getByText("Delete room").first().click();
      await dialog(person).getByLabel("Type harbour to confirm").waitFor();
    },
    leave: close,
  },
  {
    name: "of what one is told there",
    async go(person) {
      await person.presses("More about harbour");
      await person.presses("Notifications");
      await dialog(person).getByRole("radio", { name: "Mentions" }).waitFor();
    },
    leave: close,
  },
  {
    name: "its members",
    async go(person) {
      if (await panel(person, "Members").count() === 0) await person.presses("Members");
      await panel(person, "Members").getByText("2 members").waitFor();
    },
  },
  {
    name: "removing somebody",
    async go(person) {
      await panel(person, "Members").getByText("bob").hover();
      await person.presses("More about bob");
      await person.page.getByRole("menuitem", { name: "Remove…" }).click();
      await person.page.getByRole("dialog", { name: "Remove bob" }).waitFor();
    },
    async leave(person) {
      await person.page.keyboard.press("Escape");
      await person.page.getByRole("dialog", { name: "Remove bob" }).waitFor({ state: "detached" });
    },
  },
  {
    name: "keeping somebody out",
    async go(person) {
      await person.presses("Keep somebody out…");
      await person.page.getByRole("dialog", { name: /^Keep somebody out of/ }).waitFor();
    },
    async leave(person) {
      await person.page.keyboard.press("Escape");
      await person.page.getByRole("dialog", { name: /^Keep somebody out of/ }).waitFor({ state: "detached" });
    },
  },
  {
    name: "what may be done about somebody",
    async go(person) {
      await panel(person, "Members").getByText("bob").hover();
      await person.presses("More about bob");
      await person.page.getByRole("menuitem", { name: "Mute…" }).waitFor();
    },
    // A window of another size has closed it.
    async leave(person) {
      if (await person.page.getByRole("menu").count() > 0) await person.page.keyboard.press("Escape");
    },
  },
  {
    name: "inviting somebody",
    async go(person) {
      await person.presses("Invite somebody");
      await person.writes("Nickname", "cat");
      await person.page.getByRole("option", { name: "cathy" }).waitFor();
    },
    async leave(person) {
      await person.page.keyboard.press("Escape");
      await person.page.getByRole("dialog", { name: "Invite into harbour" }).waitFor({ state: "detached" });
    },
  },
  {
    name: "its files",
    async go(person) {
      await person.page.getByRole("tab", { name: "Files" }).click();
      await panel(person, "Files").getByText("No files yet.").waitFor();
    },
  },
  {
    name: "what is pinned",
    async go(person) {
      await person.page.getByRole("tab", { name: "Pinned" }).click();
      await panel(person, "Pinned").getByText("Moored.").waitFor();
    },
    async leave(person) {
      if (isPhone(person)) await close(person);
    },
  },
  {
    name: "private",
    async go(person) {
      await at(person, "#/with/bob");
      await person.isIn("bob");
    },
  },
];

function panel(person: Person, name: string) {
  return person.page.locator(".panel").and(
    person.page.getByRole("dialog", { name }).or(person.page.getByRole("complementary", { name })),
  );
}

/** Brings somebody before {@link CHAT_SCREENS}: in the lobby, with bob who has said things. */
export async function comesToScreens(
  { person, server }: Stage,
  alice: Person,
  before: Parameters<Stage["person"]>[2] = {},
): Promise<void> {
  const cathy = await memberOf(server, "cathy");
  const bob = await person("bob", "#/guest", before);
  await bob.comesAsGuest();
  await at(alice, "#/register");
  await heading(alice, "Create account").waitFor();
  await alice.registers("correct horse 7 battery");
  await bob.says("Good morning, @alice. See https://example.org/plan");
  await bob.says("Two lines,\nthis is the second.");
  await alice.says("Good morning.");
  await alice.reads("Good morning.");
  await at(alice, "#/room/harbour");
  await alice.presses("Create room");
  await alice.page.getByRole("textbox", { name: "Message harbour" }).waitFor();
  await alice.says("Moored.");
  await does(alice, "Pin", alice.message("Moored."));
  await at(bob, "#/room/harbour");
  await bob.presses("Join");
  await at(bob, "#/with/alice");
  await bob.says("Between us.");
  await bob.reads("Between us.");
  const { messages: [first] } = await cathy.ask("history", { room: "lobby", limit: 50 });
  await cathy.ask("report", { message: first!.id, text: "Much too early." });
  const operator = await runningAdminApi(server.data);
  await operator!.ask({ op: "account.role", name: "alice", role: "admin" });
  await alice.page.reload();
  await cathy.ask("enter", { room: "cellar", private: true });
  await cathy.ask("invite", { room: "cellar", nickname: "alice" });
  cathy.close();
}
