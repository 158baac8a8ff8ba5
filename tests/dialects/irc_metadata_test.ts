/** IRC: what people and rooms show of themselves (METADATA), line by line. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pngOf } from "../support/sample_files.ts";
import { IrcClient, withIrc } from "./clients/irc_client.ts";

const METADATA = "batch draft/metadata-2";

Deno.test("irc metadata: pictures, statuses and names are told of those who are there, who come, and when they change", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    const picture = pngOf(4, 4);
    const { avatar } = await page.asks("account.avatar", { picture: picture.toBase64() });
    await page.asks("status", { emoji: "🌴", text: "on leave" });
    const url = `${server.running.http}/avatars/${avatar}`;
    const ada = await (await IrcClient.guest(server.running, "ada", `${METADATA} away-notify`)).forgets();
    ada.says("METADATA * SUB avatar status display-name");
    await ada.hears(
      ":irc.switchboard 770 ada :avatar status display-name",
      ":irc.switchboard BATCH +2 metadata",
      `@batch=2 :irc.switchboard METADATA carol avatar * ${url}`,
      "@batch=2 :irc.switchboard METADATA carol status * :🌴 on leave",
      ":irc.switchboard BATCH -2",
    );
    assertEquals(await (await fetch(url)).bytes(), picture, "a client has no session");
    await page.asks("status", { availability: "away", text: "back soon" });
    await ada.hears(
      ":carol!u@switchboard AWAY :back soon",
      ":carol!u@switchboard METADATA carol status * :back soon",
    );
    await page.asks("status");
    await ada.hears(":carol!u@switchboard AWAY", ":carol!u@switchboard METADATA carol status *");
    const next = (await page.asks("account.avatar", { picture: pngOf(8, 8).toBase64() })).avatar;
    await ada.hears(
      `:carol!u@switchboard METADATA carol avatar * ${server.running.http}/avatars/${next}`,
    );
    assertEquals(await statusOf(url), 404, "another picture has another address");
    await page.asks("account.nickname", { nickname: "Carol C." });
    await ada.hears(
      ":carol!u@switchboard NICK Carol\u00a0C\uff0e",
      ":irc.switchboard METADATA Carol\u00a0C\uff0e display-name * :Carol C.",
    );
    await page.asks("enter", { room: "release notes" });
    ada.says("JOIN #release%20notes");
    await ada.hearsAtLast(/ 366 ada #release\u00a0notes /);
    await ada.hears(
      ":irc.switchboard BATCH +3 metadata",
      "@batch=3 :irc.switchboard METADATA #release\u00a0notes display-name * :release notes",
      `@batch=3 :irc.switchboard METADATA Carol\u00a0C\uff0e avatar * ${server.running.http}/avatars/${next}`,
      "@batch=3 :irc.switchboard METADATA Carol\u00a0C\uff0e display-name * :Carol C.",
      ":irc.switchboard BATCH -3",
    );
    page.close();
    await ada.hearsAtLast(/ QUIT /);
    await ada.forgets();
    const again = await server.connect();
    await again.asks("login", { username: "carol", password: "plug-jack-cord-7" });
    for (const room of ["lobby", "release\u00a0notes"]) {
      await ada.hearsAtLast(new RegExp(`^:Carol\u00a0C\uff0e!u@switchboard JOIN #${room}$`));
      // She has made the other one.
      if (room !== "lobby") await ada.hears(`:irc.switchboard MODE #${room} +q Carol\u00a0C\uff0e`);
      await ada.hears(
        `:irc.switchboard METADATA Carol\u00a0C\uff0e avatar * ${server.running.http}/avatars/${next}`,
        ":irc.switchboard METADATA Carol\u00a0C\uff0e display-name * :Carol C.",
      );
    }
    ada.close();
  }));

Deno.test("irc metadata: it is asked for, listed and synchronised", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    await page.asks("status", { text: "here" });
    await page.asks("enter", { room: "ops" });
    const ada = await (await IrcClient.guest(server.running, "ada", METADATA)).forgets();
    ada.says("METADATA carol GET status avatar $url", "METADATA carol LIST", "METADATA ada LIST");
    await ada.hears(
      ":irc.switchboard BATCH +2 metadata",
      "@batch=2 :irc.switchboard 761 ada carol status * here",
      "@batch=2 :irc.switchboard 766 ada carol avatar :no matching key",
      "@batch=2 :irc.switchboard FAIL METADATA KEY_INVALID $url :No key is written so",
      ":irc.switchboard BATCH -2",
      ":irc.switchboard BATCH +3 metadata",
      "@batch=3 :irc.switchboard 761 ada carol status * here",
      ":irc.switchboard BATCH -3",
      ":irc.switchboard BATCH +4 metadata",
      ":irc.switchboard BATCH -4",
    );
    ada.says("METADATA nobody LIST", "METADATA #ops LIST", "METADATA #ops SYNC", "METADATA * NONSENSE");
    await ada.hears(
      ":irc.switchboard FAIL METADATA INVALID_TARGET nobody :There is no such nickname or channel here",
      ":irc.switchboard FAIL METADATA INVALID_TARGET #ops :There is no such nickname or channel here",
      ":irc.switchboard FAIL METADATA INVALID_TARGET #ops :There is no such channel here",
      ":irc.switchboard FAIL METADATA INVALID_SUBCOMMAND NONSENSE :There is no such subcommand",
    );
    ada.says("JOIN #ops", "METADATA * SUBS");
    await ada.hearsAtLast(/ 366 ada #ops /);
    await page.asks("leave", { room: "lobby" });
    await ada.hearsAtLast(/ MODE #lobby /);
    ada.says("METADATA * SUB STATUS :two words");
    await ada.hears(
      ":irc.switchboard 770 ada STATUS",
      ":irc.switchboard FAIL METADATA KEY_INVALID two_words :No key is written so",
      ":irc.switchboard BATCH +5 metadata",
      ":irc.switchboard BATCH -5",
      ":irc.switchboard BATCH +6 metadata",
      "@batch=6 :irc.switchboard METADATA carol status * here",
      ":irc.switchboard BATCH -6",
    );
    for (const [target, reference] of [["#ops", 7], ["carol", 8]]) {
      ada.says(`METADATA ${target} SYNC`);
      await ada.hears(
        `:irc.switchboard BATCH +${reference} metadata`,
        `@batch=${reference} :irc.switchboard METADATA carol status * here`,
        `:irc.switchboard BATCH -${reference}`,
      );
    }
    ada.says("METADATA * SUBS");
    await ada.hears(":irc.switchboard 772 ada status");
    ada.says("METADATA * UNSUB status other :", "METADATA * SUBS");
    await ada.hears(
      ":irc.switchboard 771 ada :status other",
      ":irc.switchboard FAIL METADATA KEY_INVALID * :No key is written so",
    );
    await page.asks("status", { text: "gone" });
    await ada.hearsNothing();
    const keys = Array.from({ length: LIMITS.ircSubscriptionsMax + 2 }, (_, n) => `key${n}`);
    while (keys.length > 0) ada.says(`METADATA * SUB ${keys.splice(0, 13).join(" ")}`);
    await ada.hearsAtLast(/ FAIL METADATA TOO_MANY_SUBS key50 :50 keys are subscribed to already$/);
    ada.close();
  }));

Deno.test("irc metadata: one's own is told on coming in, and a status is set", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    await page.asks("account.avatar", { picture: pngOf(4, 4).toBase64() });
    await page.asks("status", { availability: "do_not_disturb", text: "busy" });
    await page.forgets();
    const carol = await IrcClient.member(server.running, "carol", METADATA);
    await carol.hearsAtLast(/^:irc\.switchboard BATCH \+1 metadata$/);
    assertTrue(
      /^@batch=1 :irc\.switchboard METADATA carol avatar \* http.*\/avatars\/\w{32}$/.test(
        await carol.next(),
      ),
      "the picture",
    );
    await carol.hears(
      "@batch=1 :irc.switchboard METADATA carol status * busy",
      ":irc.switchboard BATCH -1",
    );
    carol.says("METADATA * SUB status avatar", "METADATA * SET status :at my desk");
    await carol.hearsAtLast(/ BATCH -2$/);
    await carol.hears(":irc.switchboard 761 carol carol status * :at my desk");
    await page.hearsAtLast({
      ...{ event: "profile", nickname: "carol" },
      ...{ availability: "do_not_disturb", status: { text: "at my desk" } },
    });
    await page.asks("status", { text: "from the page" });
    await carol.hears(":carol!u@switchboard METADATA carol status * :from the page");
    const long = "x".repeat(LIMITS.statusCharsMax + 1);
    carol.says(`METADATA * SET status :${long}`);
    assertTrue(
      (await carol.next()).startsWith(":irc.switchboard FAIL METADATA VALUE_INVALID carol status :"),
      "long",
    );
    carol.says("METADATA * SET avatar :http://elsewhere/x.png");
    await carol.hears(
      ":irc.switchboard FAIL METADATA KEY_NO_PERMISSION * avatar :Choose a picture on the page; here it can be taken away only",
    );
    carol.says("METADATA ada SET status :x", "METADATA * SET colour :#800040", "METADATA * SET $x y");
    await carol.hears(
      ":irc.switchboard FAIL METADATA KEY_NO_PERMISSION ada status :One sets what one shows oneself",
      ":irc.switchboard FAIL METADATA KEY_NO_PERMISSION * colour :There is no such key here",
      ":irc.switchboard FAIL METADATA KEY_INVALID $x :No key is written so",
    );
    carol.says("METADATA ada CLEAR", "METADATA * CLEAR");
    await carol.hears(
      ":irc.switchboard FAIL METADATA KEY_NO_PERMISSION ada * :One takes away what one shows oneself",
      ":irc.switchboard BATCH +3 metadata",
      "@batch=3 :irc.switchboard 761 carol carol avatar *",
      "@batch=3 :irc.switchboard 761 carol carol status *",
      ":irc.switchboard BATCH -3",
    );
    carol.says("METADATA * SET status", "METADATA * SET avatar :");
    await carol.hears(
      ":irc.switchboard 768 carol carol status :key not set",
      ":irc.switchboard 768 carol carol avatar :key not set",
    );
    const gus = await (await IrcClient.guest(server.running, "gus", METADATA)).forgets();
    gus.says("METADATA * SET status :hello");
    const refused = await gus.next();
    assertTrue(
      refused.startsWith(":irc.switchboard FAIL METADATA KEY_NO_PERMISSION gus status :Cannot show a status"),
      refused,
    );
    for (const each of [carol, gus]) each.close();
  }));

Deno.test("irc metadata: what is asked in one go is done in its order", () =>
  withIrc(async (server) => {
    await server.member("carol");
    const carol = await IrcClient.member(server.running, "carol", "draft/metadata-2");
    const last = async (...asked: string[]) => {
      await carol.forgets();
      carol.says(...asked, "PING last");
      const heard: string[] = [];
      while (heard.at(-1) !== ":irc.switchboard PONG irc.switchboard last") heard.push(await carol.next());
      return heard.at(-2);
    };
    const status = "METADATA * GET status";
    const sets = ["one", "two"].map((text) => `METADATA * SET status :${text}`);
    assertEquals(await last(...sets, status), ":irc.switchboard 761 carol carol status * two");
    assertEquals(
      await last(...sets, "METADATA * CLEAR", status),
      ":irc.switchboard 766 carol carol status :no matching key",
    );
    assertEquals(await last(...sets, "AWAY :gone", status), ":irc.switchboard 761 carol carol status * gone");
    assertEquals(
      await last(...sets, "AWAY", status),
      ":irc.switchboard 766 carol carol status :no matching key",
    );
    carol.close();
  }));

Deno.test("irc metadata: of those who are watched it is told where that is asked for", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    await page.asks("status", { text: "here" });
    const watching = `${METADATA} draft/metadata-notify-2`;
    const ada = await (await IrcClient.guest(server.running, "ada", watching)).forgets();
    ada.says("PART #lobby", "METADATA * SUB status", "MONITOR + carol");
    await ada.hears(
      ":ada!u@switchboard PART #lobby",
      ":irc.switchboard 770 ada status",
      ":irc.switchboard 730 ada :carol!u@switchboard",
      ":irc.switchboard METADATA carol status * here",
    );
    page.close();
    await ada.hears(":irc.switchboard 731 ada :carol");
    await server.member("carol");
    await ada.hears(
      ":irc.switchboard 730 ada :carol!u@switchboard",
      ":irc.switchboard METADATA carol status * here",
    );
    ada.close();
  }));

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.status;
}
