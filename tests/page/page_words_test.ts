/** The page in two languages: the browser's, and another one by hand. */
import { assertEquals } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";

const languageOf = (person: Person) => person.page.evaluate(() => document.documentElement.lang);

pageTest("whoever reads Chinese is spoken to in Chinese", async ({ person }) => {
  const alice = await person("alice", "#/guest", { locale: "zh-CN" });
  await alice.page.getByRole("heading", { name: "以游客身份进入" }).waitFor();
  assertEquals(await languageOf(alice), "zh-CN");
  await alice.writes("昵称", "小芳");
  await alice.presses("进入");
  await alice.isIn("lobby");
  await alice.page.getByRole("textbox", { name: "发消息到 lobby" }).fill("大家好");
  await alice.page.keyboard.press("Enter");
  await alice.reads("大家好");
  await alice.sees("1 人");
  await alice.sees("今天");
});

pageTest("a language chosen by hand counts at once, and at the next visit", async ({ person }) => {
  const bob = await person("bob", "", { locale: "de-DE" });
  await bob.page.getByRole("heading", { name: "Sign in" }).waitFor();
  assertEquals(await languageOf(bob), "en");
  await bob.presses("中文");
  await bob.page.getByRole("heading", { name: "登录" }).waitFor();
  assertEquals(await languageOf(bob), "zh-CN");
  await bob.page.reload();
  await bob.page.getByRole("heading", { name: "登录" }).waitFor();
});

pageTest("what went wrong is said in the reader's language", async ({ person }) => {
  const alice = await person("alice", "", { locale: "zh-TW" });
  await alice.writes("用户名、昵称或邮箱", "nobody");
  await alice.writes("密码", "a wrong password");
  await alice.presses("登录");
  await alice.page.getByRole("alert").filter({ hasText: "账号或密码不对。" }).waitFor();
  await alice.presses("English");
  await alice.presses("Sign in");
  await alice.page.getByRole("alert").filter({ hasText: "The name or the password is wrong." }).waitFor();

  const bob = await person("bob", "#/guest", { locale: "zh-CN" });
  await bob.writes("昵称", "admin");
  await bob.presses("进入");
  await bob.sees("请换一个昵称（这个名字留给服务器的管理者，或者是在叫所有人）");
  await bob.presses("English");
  await bob.presses("Come in");
  await bob.sees("Choose another nickname: it is kept for those who run this server, or calls everybody");
});

pageTest("why it can't be done is said in the reader's language, too", async ({ person, file }) => {
  const alice = await person("alice", "#/guest", { locale: "zh-CN" });
  await alice.writes("昵称", "alice");
  await alice.presses("进入");
  await alice.isIn("lobby");
  await alice.stages(await file("large.bin", new Uint8Array(1_001)));
  await alice.presses("发送");
  await alice.page.getByRole("alert").filter({ hasText: "文件太大（超过了这个服务器允许的大小）" }).waitFor();
}, { fileMax: 1_000 });
