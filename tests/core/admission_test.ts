/** Who may come in: registration, guests and the domains of addresses, as they are set, in every language. */
import { assertEquals, assertLike } from "../support/assert.ts";
import { PASSWORD, type TestServer, withServer } from "../support/harness.ts";
import { operatorOf } from "../support/operator.ts";
import { ChatHttpClient, withChatHttp } from "../dialects/clients/chathttp_client.ts";
import { CodesClient } from "../dialects/clients/codes_client.ts";
import { md5, PersonTalkClient } from "../dialects/clients/persontalk_client.ts";
import { scene as roomchatScene } from "../dialects/clients/roomchat_client.ts";
import { scene as wetalkScene } from "../dialects/wetalk_scene.ts";

const ADA = { username: "ada", nickname: "ada", password: PASSWORD };
const FREE = [{ port: 0, dialect: "codes" }, { port: 0, dialect: "persontalk" }] as const;

function sets(server: Pick<TestServer, "folder">, name: string, value: string): Promise<unknown> {
  return operatorOf(server)(["settings", name, value]).ends();
}

Deno.test("admission: who may make an account, from one moment to the next", async () => {
  await withServer({}, async (server) => {
    const door = await server.connect();
    const { registration, guests, mail_domains } = await door.asks("entry");
    assertEquals([registration, guests, mail_domains], ["open", true, []]);
    await sets(server, "registration", "invite");
    assertEquals((await door.asks("entry")).registration, "invite");
    await door.fails("register", ADA, "invitation_needed");
    await sets(server, "registration", "closed");
    await door.fails("register", ADA, "registration_closed");
    await operatorOf(server)(["account", "add", "ada"], PASSWORD).says(["ada can sign in now."]);
    await door.asks("login", { username: "ada", password: PASSWORD });
    await sets(server, "registration", "open");
    await door.asks("register", { ...ADA, username: "bob", nickname: "bob" });
  });
});

Deno.test("admission: without guests those who are here go, and neither they nor others come in", async () => {
  await withServer({}, async (server) => {
    const ada = await server.member("ada");
    const door = await server.connect();
    const { token } = await door.asks("guest", { nickname: "gil" });
    await ada.hearsAtLast({ event: "online", nickname: "gil" });
    await door.forgets();
    const { stdout } = await operatorOf(server)(["settings", "registration", "invite"]).ends();
    assertEquals(stdout, ["registration is invite now.", "guests is off now."]);
    await door.hears({
      event: "bye",
      code: "account_closed",
      message: "Guests are not let in here any more.",
    });
    await ada.hearsAtLast({ event: "left", room: "lobby", nickname: "gil" });
    await ada.hears({ event: "offline", nickname: "gil" });
    const again = await server.connect();
    assertEquals((await again.asks("entry")).guests, false);
    await again.fails("resume", { token }, "bad_token");
    await again.fails("guest", { nickname: "hal" }, "guests_off");
    await sets(server, "guests", "on");
    await again.asks("resume", { token });
  });
});

Deno.test("admission: an address has to be of one of the domains, where some are set", async () => {
  await withServer({ mailDomains: ["example.org", "bücher.example"] }, async (server) => {
    const door = await server.connect();
    const { message } = await door.fails("register", ADA, "bad_email");
    assertLike(message, /an email address of example\.org or bücher\.example$/);
    for (const email of ["ada@example.com", "ada@sub.example.org", "ada@notexample.org"]) {
      await door.fails("register", { ...ADA, email }, "bad_email");
    }
    await door.asks("register", { ...ADA, email: "ada@EXAMPLE.org" });
    await door.asks("register", { ...ADA, username: "bo", nickname: "bo", email: "bo@Bücher.example" });
    await operatorOf(server)(["account", "add", "eve"], PASSWORD).says(["eve can sign in now."]);
  });
});

Deno.test("admission: programs that only know guests are told so in their words", async () => {
  await withChatHttp(async (server) => {
    await sets(server, "guests", "off");
    const alice = await ChatHttpClient.connect(server.running, "alice");
    const { status, entity } = await alice.add();
    assertEquals(status, "400");
    assertLike(entity, /^Cannot come in as a guest: only people with an account are let in here/);
    await alice.close();
  });
  await roomchatScene(async ({ page, ...server }) => {
    const bob = await page();
    await sets(server, "guests", "off");
    bob.asks("Enter", "lobby;bob;");
    await bob.isTold(/^Cannot come in as a guest: /);
    await bob.hearsNothing();
  });
  await wetalkScene(async ({ program, guest, native, ...server }) => {
    await guest("gil");
    const dan = await native("dan");
    await sets(server, "guests", "off");
    await dan.ended;
    const eve = await program();
    // Not even told who is there.
    eve.says("__LOGI__", "eve");
    assertLike(await eve.nextOf("__MSG___"), /Cannot come in as a guest: /);
  });
});

Deno.test("admission: programs that make accounts are told so in their words", async () => {
  await withServer({ registration: "invite", listen: [...FREE] }, async (server) => {
    const mary = await CodesClient.connect(server.running);
    mary.says("102", "Mary", PASSWORD);
    await mary.hears("201");
    await mary.close();
    const bob = await PersonTalkClient.connect(server.running);
    const account = {
      nick_name: "bob",
      user_name: "bob",
      password: md5(PASSWORD),
      phone: "",
      email: "b@example.org",
    };
    const { message } = await bob.login(2, account, 2);
    assertLike(message, /^Cannot register: it takes an invitation here/);
  });
});
