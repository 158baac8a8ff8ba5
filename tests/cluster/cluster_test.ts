/** Several nodes: people on any of them are in the same rooms, and what happened is the same everywhere. */
import { assertEquals } from "../support/assert.ts";
import { PASSWORD } from "../support/harness.ts";
import { LetterBox } from "../support/letter_box.ts";
import { runningAdminApi } from "../../server/admin/access.ts";
import { ChatHttpClient } from "../dialects/clients/chathttp_client.ts";
import { CodesClient } from "../dialects/clients/codes_client.ts";
import { clusterTest } from "./cluster_scene.ts";

clusterTest("people on two nodes are in one conversation", 1, async (cluster) => {
  const [one, two] = [await cluster.node("one"), await cluster.node("two")];
  const ada = await one.member("ada");
  const bob = await two.member("bob");
  await ada.hearsAtLast({ event: "online", nickname: "bob" });
  await bob.forgets();
  await ada.forgets();

  const said = await ada.asks("send", { room: "lobby", text: "from one" });
  await bob.hears({ event: "message", id: said.id, seq: said.seq, from: "ada", text: "from one" });
  const answered = await bob.asks("send", { room: "lobby", text: "from two", reply: said.id });
  await ada.hears({ event: "message", id: answered.id, reply: said.id });

  await bob.asks("react", { message: said.id, emoji: "👍", on: true });
  await ada.hears({ event: "reacted", id: said.id, from: "bob" });
  await ada.asks("send", { to: "bob", text: "between us" });
  await bob.hears({ event: "message", from: "ada", to: "bob", text: "between us" });
  await ada.asks("recall", { message: said.id });
  await bob.hears({ event: "recalled", id: said.id });

  await bob.asks("enter", { room: "ops" });
  await ada.asks("enter", { room: "ops" });
  await bob.hears({ event: "entered", room: "ops", nickname: "ada" });
  await ada.fails("kick", { room: "ops", nickname: "bob", minutes: 1 }, "not_owner");
  await bob.asks("kick", { room: "ops", nickname: "ada", minutes: 1 });
  await ada.hearsAtLast({ event: "kicked", room: "ops", nickname: "ada", by: "bob" });

  await ada.asks("typing", { to: "bob" });
  await bob.hearsAtLast({ event: "typing", from: "ada", to: "bob" });
  const { messages } = await ada.asks("history", { room: "lobby" });
  assertEquals((await bob.asks("history", { room: "lobby" })).messages, messages);
  assertEquals((await bob.asks("search", { text: "two" })).messages.length, 1);
  await cluster.agree([one, two]);
});

clusterTest("programs of old on different nodes hear each other", 1, async (cluster) => {
  const listen = [{ port: 0, dialect: "chathttp" as const }, { port: 0, dialect: "codes" as const }];
  const [one, two] = [await cluster.node("one", { listen }), await cluster.node("two", { listen })];
  const page = await ChatHttpClient.enter(one.running, "page");
  const codes = await CodesClient.enter(two.running, "codes");
  const ada = await two.guest("ada");
  await ada.forgets();
  await page.post("hello");
  await ada.hears({ event: "message", from: "page", text: "hello" });
  codes.says("106", ["page", "ada"].join("\t"), "to all");
  await ada.hears({ event: "message", from: "codes", text: "to all" });
  await ada.asks("send", { room: "lobby", text: "bye" });
  await page.get();
  let shown = "";
  while (!shown.includes("bye")) shown = await page.line();
  await page.close();
  await codes.close();
});

clusterTest("who comes back through another node goes on there without signing in", 1, async (cluster) => {
  const [one, two] = [await cluster.node("one"), await cluster.node("two")];
  const ada = await one.connect();
  await ada.asks("register", {
    username: "ada",
    nickname: "ada",
    password: PASSWORD,
    email: "ada@example.org",
  });
  const { token, epoch, last } = await ada.asks("login", { username: "ada", password: PASSWORD });
  const bob = await two.guest("bob");
  ada.close();
  await ada.ended;
  const { id } = await bob.asks("send", { room: "lobby", text: "while away" });
  const again = await two.connect();
  const resumed = await again.asks("resume", { token, epoch, since: last });
  assertEquals([resumed.nickname, resumed.recovered], ["ada", true]);
  await again.hearsAtLast({ event: "message", id });
  await cluster.agree([one, two]);
});

clusterTest(
  "a node that stops takes its people with it, and goes on where it stopped",
  1,
  async (cluster) => {
    const [one, two] = [await cluster.node("one"), await cluster.node("two")];
    const ada = await one.guest("ada");
    const bob = await two.guest("bob");
    await bob.asks("enter", { room: "ops" });
    await ada.asks("enter", { room: "ops" });
    await ada.forgets();
    await two.stop();
    await ada.asks("send", { room: "ops", text: "without you" });
    await two.start();
    const cyd = await two.guest("cyd");
    await cyd.asks("enter", { room: "ops" });
    const { messages } = await cyd.asks("history", { room: "ops" });
    assertEquals(messages.map(({ text }: { text: string }) => text), ["without you"]);
    await cluster.agree([one, two]);
  },
);

clusterTest("the operator's commands and a new password count on every node", 1, async (cluster) => {
  const [one, two] = [await cluster.node("one"), await cluster.node("two")];
  const api = (await runningAdminApi(two.data))!;
  const account = { username: "ada", nickname: "ada", email: "ada@example.org", password: PASSWORD };
  await api.ask({ op: "account.add", ...account });
  const ada = await one.connect();
  await ada.asks("login", { username: "ada", password: PASSWORD });
  using letters = new LetterBox(two.data);
  await (await two.connect()).asks("password.reset", { email: "ada@example.org" });
  const code = await letters.code();
  const changed = ada.hearsAtLast({ event: "bye", code: "password_changed" });
  await (await one.connect()).asks("password.confirm", { code, new: "socket-wire-lamp-9" });
  await changed;
  const again = await two.connect();
  await again.asks("login", { username: "ada", password: "socket-wire-lamp-9" });
  await api.ask({ op: "account.disable", name: "ada" });
  await again.hearsAtLast({ event: "bye" });
  await (await one.connect()).fails(
    "login",
    { username: "ada", password: "socket-wire-lamp-9" },
    "account_disabled",
  );
});
