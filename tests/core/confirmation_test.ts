/** A new account's mail address, where letters reach people: it counts once the code from the letter has come back. */
import { assertEquals } from "../support/assert.ts";
import { HOUR, TestClock } from "../support/clock.ts";
import { type Line, PASSWORD, withServer } from "../support/harness.ts";
import { confirmationIn, Mailbox } from "../support/mailbox.ts";
import { operatorOf } from "../support/operator.ts";

const ADA = { username: "ada", nickname: "ada", password: PASSWORD, email: "ada@example.org" };

Deno.test("confirmation: until then an address opens nothing, and takes nobody's", async () => {
  await using mailbox = await Mailbox.open();
  await withServer({ smtp: mailbox.url, registration: "open" }, async (server) => {
    const door = await server.connect();
    assertEquals((await door.asks("register", ADA)).confirm, true);
    const letter = await mailbox.letter(1);
    assertEquals(letter.to, ADA.email);
    await door.fails("login", { username: ADA.email, password: PASSWORD }, "bad_password");
    await door.asks("password.reset", { email: ADA.email });
    // Somebody else whose address it is has it confirmed first.
    const eve = { ...ADA, username: "eve", nickname: "eve" };
    assertEquals((await door.asks("register", eve)).confirm, true);
    const code = confirmationIn(await mailbox.letter(2));
    await door.fails("account.email.confirm", { code: "000000000000" }, "bad_code");
    assertEquals((await door.asks("account.email.confirm", { code })).email, ADA.email);
    await door.fails("account.email.confirm", { code: confirmationIn(letter) }, "email_taken");
    assertEquals((await door.asks("login", { username: ADA.email, password: PASSWORD })).nickname, "eve");
    // Without domains an account is one all the same.
    const ada = await server.connect();
    await ada.asks("login", { username: "ada", password: PASSWORD });
    const own = await ada.asks("account");
    assertEquals([own.email, own.email_waiting], [null, ADA.email]);
    await door.asks("password.reset", { email: ADA.email });
    const reset = await mailbox.letter(3);
    assertEquals(/^Hello eve,/m.test(reset.text), true, "only the one whose it is gets a code");
  });
});

Deno.test("confirmation: where it has to be of a domain, nobody is let in before; and what nobody confirms ends", async () => {
  const clock = new TestClock();
  await using mailbox = await Mailbox.open();
  const config = { smtp: mailbox.url, mailDomains: ["example.org"] };
  await withServer(config, async (server) => {
    const door = await server.connect();
    const login = { username: "ada", password: PASSWORD };
    await door.asks("register", ADA);
    await door.fails("login", login, "email_unconfirmed");
    await door.fails("login", { ...login, password: "something-else" }, "bad_password");
    const late = confirmationIn(await mailbox.letter(1));
    clock.advance(HOUR + 1);
    await door.fails("account.email.confirm", { code: late }, "bad_code");
    // A second later its names are free.
    const again = async (): Promise<Line> => {
      const reply = await door.says("register", ADA);
      return reply.ok ? reply : await new Promise((resolve) => setTimeout(() => resolve(again()), 100));
    };
    assertEquals((await again()).confirm, true);
    const code = confirmationIn(await mailbox.letter(2));
    await door.asks("account.email.confirm", { code });
    await door.asks("login", login);
    // What the operator makes, or enables, needs no letter.
    await operatorOf(server)(["account", "add", "bob"], PASSWORD).ends();
    const other = await server.connect();
    await other.asks("login", { username: "bob", password: PASSWORD });
    const eve = { ...ADA, username: "eve", nickname: "eve", email: "eve@example.org" };
    const next = await server.connect();
    await next.asks("register", eve);
    const { stdout } = await operatorOf(server)(["account", "list"]).ends();
    assertEquals(stdout.filter((line) => line.endsWith(" address not confirmed")).length, 1);
    await operatorOf(server)(["account", "enable", "eve"]).ends();
    await next.asks("login", { username: "eve", password: PASSWORD });
  }, { clock: clock.read });
});
