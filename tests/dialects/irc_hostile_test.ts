/** IRC: what would cost others something, or oneself elsewhere. */
import { LIMITS, RATES } from "../../server/core/shared/limits.ts";
import { assertEquals } from "../support/assert.ts";
import { IrcClient, withIrc } from "./clients/irc_client.ts";

Deno.test("irc: a mask with many stars is looked for as fast as any other", () =>
  withIrc(async (server) => {
    const name = "a".repeat(64);
    const ada = await (await IrcClient.guest(server.running, "ada")).forgets();
    ada.says(`JOIN #${name}`);
    await ada.hearsAtLast(/ 366 /);
    ada.says(`LIST ${"*a".repeat(15)}*b`, `LIST ${"*a?".repeat(20)}*`);
    const [start, end] = [
      ":irc.switchboard 321 ada Channel :Users  Name",
      ":irc.switchboard 323 ada :End of /LIST",
    ];
    await ada.hears(start, end, start, `:irc.switchboard 322 ada #${name} 1 :`, end);
    // So many at a time.
    ada.says(`LIST ${Array.from({ length: 21 }, (_, n) => `#r${n}`).join(",")}`);
    await ada.hears(":irc.switchboard 407 ada LIST :Too many targets: 20 at a time");
    ada.close();
  }));

Deno.test("irc: whoever comes again and again signs nobody out, and stands among the sessions while connected", () =>
  withIrc(async (server) => {
    const page = await server.member("ada");
    const sessions = async () => {
      const { sessions } = await page.asks("sessions");
      return (sessions as { online: boolean; current?: true }[]).map((
        { online, current = false },
      ) => [online, current]);
    };
    for (let n = 0; n < LIMITS.tokensPerAccountMax + 1; n++) {
      const client = await IrcClient.member(server.running, "ada");
      client.says("QUIT");
      await client.hearsAtLast(/^ERROR /);
      await client.hearsTheEnd();
    }
    const client = await IrcClient.member(server.running, "ada");
    assertEquals(await sessions(), [[true, false], [true, true]]);
    client.close();
  }));

Deno.test("irc: of many addresses in a message only some are looked at, the others are words", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    const ada = await (await IrcClient.guest(server.running, "ada", "draft/multiline batch")).forgets();
    await page.forgets();
    const addresses = Array.from({ length: 150 }, (_, n) => `${server.running.http}/files/f${n}`);
    ada.says("BATCH +1 draft/multiline #lobby");
    ada.says(...addresses.map((each) => `@batch=1 PRIVMSG #lobby :${each}`), "BATCH -1");
    await page.hears({ event: "message", text: addresses.join("\n") });
    await ada.hearsNothing();
    ada.says("PRIVMSG #lobby :still here");
    await page.hears({ event: "message", text: "still here" });
    ada.close();
  }, { rateLimits: true }));

Deno.test("irc: what asks for nothing is held to a rate, too", () =>
  withIrc(async ({ running }) => {
    const { burst } = RATES.commands;
    const many = (line: string) => Array.from({ length: burst + 50 }, () => line);
    const cases: [name: string, before: string[], line: string][] = [
      ["PONG", [], "PONG x"],
      ["MONITOR", [], "MONITOR - nobody"],
      ["NOTICE", [], "NOTICE #lobby :\x01VERSION x\x01"],
      ["PRIVMSG", ["BATCH +1 draft/multiline #lobby"], "@batch=1 PRIVMSG #other :x"],
    ];
    for (const [name, before, line] of cases) {
      const ada =
        await (await IrcClient.guest(running, `ada_${name}`, "standard-replies draft/multiline batch"))
          .forgets();
      ada.says(...before, ...many(line));
      await ada.hearsAtLast(new RegExp(` FAIL ${name} RATE_LIMITED :`));
      ada.close();
    }
  }, { rateLimits: true }));
