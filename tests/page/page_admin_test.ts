/** The administration: what administrators see to in the page, and how somebody's message is reported to them. */
import { runningAdminApi } from "../../server/admin/access.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { does, guestOf, memberOf, PHONE } from "./page_scene.ts";

const PASSWORD = "correct horse 7 battery";

pageTest(
  "what is reported is seen to by an administrator, who also finds accounts, rooms, settings and the log",
  async ({ person, server }) => {
    const dan = await memberOf(server, "dan");
    const bob = await person("bob", "#/register");
    await bob.registers(PASSWORD);
    const alice = await person("alice", "#/register");
    await alice.registers(PASSWORD);
    assertEquals(await alice.page.getByRole("button", { name: "Administration" }).count(), 0);
    const operator = await runningAdminApi(server.data);
    await operator!.ask({ op: "account.role", name: "alice", role: "admin" });
    await alice.page.getByRole("button", { name: "Administration" }).waitFor();

    await dan.ask("send", { room: "lobby", text: "Something rude" });
    await does(bob, "Report", bob.message("Something rude"));
    await bob.writes("What is wrong with it?", "This is rude");
    await bob.presses("Report");
    await bob.sees("The administrators have been told.");
    await alice.sees(/^bob has reported a message of dan/);

    await alice.presses("Administration");
    const dialog = alice.page.getByRole("dialog", { name: "Administration" });
    await shows(alice, "Reports");
    const report = dialog.getByRole("article").filter({ hasText: "Something rude" });
    await report.getByText("bob: This is rude").waitFor();
    await report.getByRole("button", { name: "Remove message: dan" }).click();
    await report.getByRole("button", { name: "Remove message: really" }).click();
    await report.getByText("The message is gone").waitFor();
    await bob.page.getByText("Something rude").waitFor({ state: "detached" });
    await report.getByRole("button", { name: "Close report" }).click();
    await dialog.getByText("There are none.").waitFor();

    await shows(alice, "Accounts");
    await dialog.getByRole("searchbox", { name: "Find an account" }).fill("DA");
    await dialog.getByText("bob", { exact: true }).waitFor({ state: "detached" });
    const account = dialog.locator("details").filter({ hasText: "dan" });
    await account.locator("summary").click();
    await account.getByRole("button", { name: "Suspend: dan" }).click();
    await account.getByRole("button", { name: "Suspend: really" }).click();
    await account.locator("summary").getByText(/suspended/).waitFor();
    await account.getByRole("button", { name: "Let in again: dan" }).waitFor();
    await account.getByRole("button", { name: "Let in again: dan" }).click();
    await account.getByRole("button", { name: "Let in again: really" }).click();
    await account.getByRole("button", { name: "Link for a new password" }).click();
    const link = await account.getByRole("textbox").inputValue();
    const [address, code = ""] = link.split("?code=");
    assertEquals(address, `${server.url}/#/reset`);
    assertTrue(/^[0-9A-Z]{12}$/.test(code), link);

    await shows(alice, "Settings");
    await dialog.getByLabel("Guests without an account").selectOption("off");
    await dialog.getByRole("button", { name: "Reset Guests without an account" }).waitFor();
    const domains = dialog.getByLabel("Mail domains of new accounts", { exact: true });
    await domains.fill("not a domain!");
    await domains.press("Tab");
    const alert = dialog.getByRole("alert");
    await alert.getByText(/^Mail domains of new accounts: Domains such as/).waitFor();
    assertEquals(await domains.inputValue(), "not a domain!");
    const days = dialog.getByLabel(/^Days that the log is kept/);
    await days.fill("many");
    await alert.waitFor({ state: "detached" });
    await days.press("Tab");
    await alert.getByText(/^Days that the log is kept .*: A whole number from 0 to 99999\.$/).waitFor();
    assertEquals([await domains.inputValue(), await days.inputValue()], ["not a domain!", "many"]);
    await shows(alice, "Rooms");
    await dialog.locator("summary").filter({ hasText: "lobby" }).waitFor();
    await shows(alice, "Invitations");
    await dialog.getByText("the operator", { exact: true }).waitFor();
    await shows(alice, "Log");
    for (const deed of ["alice: suspended", "alice: removed a message", "bob: reported a message"]) {
      await dialog.getByText(deed, { exact: true }).waitFor();
    }
    await dialog.getByText("setting: Guests without an account, value: not let in").waitFor();

    // What one may do no longer goes from the page at once.
    await bob.presses("Settings");
    const invites = bob.page.getByRole("button", { name: "Invite people" });
    await invites.waitFor();
    await operator!.ask({ op: "settings.set", setting: "invitations", value: "admins" });
    await invites.waitFor({ state: "detached" });
    await operator!.ask({ op: "account.role", name: "alice", role: "member" });
    await dialog.waitFor({ state: "detached" });
    assertEquals(await alice.page.getByRole("button", { name: "Administration" }).count(), 0);
    await operator!.ask({ op: "account.disable", name: "bob" });
    await bob.sees("Your account is suspended. Whoever runs this server can tell you why.");
    dan.close();
  },
);

pageTest(
  "with 2,000 accounts and 500 rooms the administration shows a page at a time, on a phone and in Chinese",
  async ({ person, server }) => {
    const api = (await runningAdminApi(server.data))!;
    const alice = await person("alice", "#/register", { ...PHONE, locale: "zh-CN" });
    await alice.page.getByRole("textbox", { name: "用户名" }).fill("alice");
    await alice.page.getByLabel("密码", { exact: true }).fill(PASSWORD);
    await alice.page.getByRole("button", { name: "注册账号", exact: true }).click();
    await alice.page.getByRole("heading", { name: "lobby", exact: true }).waitFor();
    await api.ask({ op: "account.role", name: "alice", role: "admin" });
    await many(2_000, async (n) => {
      await api.ask({
        op: "account.add",
        username: `user ${n}`,
        nickname: `person ${n}`,
        password: PASSWORD,
      });
    });
    const makers = await Promise.all(
      ["xu", "yi", "zu", "wa", "vo", "fay"].map((name) => guestOf(server, name)),
    );
    await many(500, async (n) => {
      await makers[n % makers.length]!.ask("enter", { room: `place ${n}` });
    });
    await alice.page.goto(`${server.url}/#/`);
    await alice.page.reload();
    await alice.page.getByRole("button", { name: "管理", exact: true }).click();
    const dialog = alice.page.getByRole("dialog", { name: "管理" });
    const rows = dialog.locator("summary");
    await rows.nth(49).waitFor();
    assertEquals(await rows.count(), 50);
    await dialog.getByRole("button", { name: "显示更多" }).click();
    await rows.nth(99).waitFor();
    await dialog.getByRole("searchbox", { name: "查找账号" }).fill("person 1234");
    await rows.nth(1).waitFor({ state: "detached" });
    await rows.filter({ hasText: "person 1234" }).click();
    await dialog.getByRole("button", { name: "停用：person 1234" }).or(
      dialog.getByRole("button", { name: "停用: person 1234" }),
    ).waitFor();
    await dialog.getByRole("tab", { name: "房间" }).click();
    await rows.nth(49).waitFor();
    await dialog.getByRole("searchbox", { name: "查找房间" }).fill("place 321");
    await rows.filter({ hasText: "place 321" }).waitFor();
    await rows.nth(1).waitFor({ state: "detached" });
    const { left, right } = await dialog.evaluate((element) => element.getBoundingClientRect());
    assertTrue(left >= 0 && right <= 390, `${left} to ${right}`);
    await dialog.getByRole("tab", { name: "记录" }).click();
    await dialog.getByRole("searchbox", { name: "查找名字、地址或操作" }).fill("admin.role");
    await dialog.getByText(/身份：服务器管理员/).first().waitFor();
    for (const maker of makers) maker.close();
  },
);

/** Does something so many times, some at once. */
async function many(count: number, act: (n: number) => Promise<void>): Promise<void> {
  for (let n = 0; n < count; n += 20) {
    await Promise.all(Array.from({ length: Math.min(20, count - n) }, (_, index) => act(n + index)));
  }
}

async function shows({ page }: Person, tab: string): Promise<void> {
  await page.getByRole("dialog", { name: "Administration" }).getByRole("tab", { name: tab, exact: true })
    .click();
}
