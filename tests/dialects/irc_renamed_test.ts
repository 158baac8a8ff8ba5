/** IRC: a channel that has another name now, for whoever comes by the old one. */
import { IrcClient, withIrc } from "./clients/irc_client.ts";

Deno.test("irc: by its old name nobody comes into another room than the one they are in", () =>
  withIrc(async (server) => {
    const page = await server.member("ada");
    const carol = await server.member("carol");
    await page.asks("enter", { room: "plans", private: true });
    await page.asks("enter", { room: "ops" });
    await carol.asks("enter", { room: "ops" });
    for (const [room, name] of [["plans", "autumn"], ["ops", "operations"]]) {
      await page.asks("room.set", { room, name });
    }
    // Somebody waits there.
    await carol.asks("enter", { room: "plans" });
    const plain = await IrcClient.member(server.running, "ada");
    const knowing = await IrcClient.member(server.running, "ada", "draft/channel-rename");
    for (const each of [plain, knowing]) {
      await each.forgets();
      each.says("JOIN #plans,#ops", "JOIN #autumn");
    }
    await plain.hears(
      ":irc.switchboard 470 ada #plans #autumn :The channel has been renamed",
      ":irc.switchboard 470 ada #ops #operations :The channel has been renamed",
    );
    await knowing.hears(
      ":irc.switchboard FAIL JOIN CHANNEL_RENAMED #plans #autumn :The channel has been renamed",
      ":irc.switchboard FAIL JOIN CHANNEL_RENAMED #ops #operations :The channel has been renamed",
    );
    for (const each of [plain, knowing]) await each.hearsNothing();
    // An open room gives way to another open one.
    await carol.asks("enter", { room: "ops" });
    plain.says("JOIN #ops");
    await plain.hears(":ada!u@switchboard JOIN #ops");
    for (const each of [plain, knowing]) each.close();
  }));
