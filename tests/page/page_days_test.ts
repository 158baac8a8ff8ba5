/** The lines between days: the reader's calendar says which day it is, whatever the clock does. */
import { assertEquals } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { guestOf } from "./page_scene.ts";

/** What stands on the lines, with the days that they are for programs. */
function daysOf({ page }: Person): Promise<string[]> {
  return page.locator(".day-line time").evaluateAll((lines) =>
    lines.map((line) => `${line.textContent} ${line.getAttribute("datetime")}`)
  );
}

pageTest(
  "days are those of the reader's zone, over midnight and over the change of the clocks",
  async (stage) => {
    const { person, server } = stage;
    let now = 0;
    await server.stop();
    await server.again({ clock: () => now });
    const bob = await guestOf(server, "bob");
    const saysAt = async (time: string, text: string) => {
      now = Date.parse(time);
      await bob.ask("send", { room: "lobby", text });
    };
    // Berlin's clocks go forward on Sunday, 29 March 2026, at two: that day has 23 hours.
    await saysAt("2026-03-28T23:30+01:00", "on Saturday");
    await saysAt("2026-03-29T00:10+01:00", "on Sunday, in UTC still Saturday");
    await saysAt("2026-03-30T00:10+02:00", "on Monday");

    const ada = await person("ada", "#/guest", { timezoneId: "Europe/Berlin" });
    await ada.page.clock.install({ time: new Date("2026-03-30T00:30+02:00") });
    await ada.page.reload();
    await ada.comesAsGuest();
    await ada.reads("on Monday");
    assertEquals(await daysOf(ada), [
      "Saturday 28 March 2026-03-28",
      "Yesterday 2026-03-29",
      "Today 2026-03-30",
    ]);

    // The window stays open over the next midnight.
    await ada.page.clock.fastForward("23:29:00");
    assertEquals((await daysOf(ada)).at(-1), "Today 2026-03-30");
    await ada.page.clock.runFor(61_000);
    await ada.page.locator(".day-line").getByText("Yesterday").waitFor();
    assertEquals(await daysOf(ada), [
      "Saturday 28 March 2026-03-28",
      "Sunday 29 March 2026-03-29",
      "Yesterday 2026-03-30",
    ]);

    // In Honolulu it was all on the same two days.
    const kai = await person("kai", "#/guest", { timezoneId: "Pacific/Honolulu" });
    await kai.page.clock.install({ time: new Date("2026-03-29T12:30-10:00") });
    await kai.page.reload();
    await kai.comesAsGuest();
    await kai.reads("on Monday");
    assertEquals(await daysOf(kai), ["Yesterday 2026-03-28", "Today 2026-03-29"]);
    bob.close();
  },
);
