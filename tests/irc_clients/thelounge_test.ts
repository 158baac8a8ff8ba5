/** The Lounge and the page, side by side in a browser. */
import { pageTest, type Person } from "../support/browser.ts";
import { PASSWORD } from "../support/harness.ts";
import { findTheLounge, TheLounge } from "./thelounge.ts";

const LARGE = { viewport: { width: 1440, height: 900 } };

pageTest(
  "The Lounge: an account signs in, talks with the page, sees a file, and is put out",
  async (stage) => {
    const [host = "", port] = stage.server.urls.find(({ name }) => name === "irc")!.url.split(":");
    const [ada, bob] = [
      await stage.person("ada", "#/register"),
      await stage.person("bob", "#/register", LARGE),
    ];
    const starting = TheLounge.start({ host, port: Number(port) });
    await Promise.all([ada.registers(PASSWORD), bob.registers(PASSWORD)]);
    await bob.entersRoom("tea");
    await using lounge = await starting;
    const context = await ada.context.browser()!.newContext(LARGE);
    try {
      const desk = await lounge.opensIn(await context.newPage());
      await desk.connects("ada", PASSWORD);
      await desk.types("/join #tea");
      await desk.opens("#tea");
      await bob.says("Grüße, 你好 🎉\n- 龙井\n- Earl Grey");
      for (const line of ["Grüße, 你好", "- 龙井", "- Earl Grey"]) await desk.reads("bob", line);
      await desk.types("Tee, 水 und 🍵");
      await bob.reads("Tee, 水 und 🍵");
      await bob.says("/me pours");
      await desk.readsAction("bob", "pours");
      await desk.types("/me drinks");
      await bob.sees(/drinks/);
      await bob.attaches(await stage.file("leaves.txt", new TextEncoder().encode("green, black\n")));
      await desk.readsAction("bob", `has sent a file, leaves.txt: ${stage.server.url}/files/`);
      await putsOut(bob, "ada");
      await desk.sees("kick", "bob has kicked ada");
      await ada.sees(/removed/i);
    } finally {
      await context.close();
    }
  },
  { listen: [{ port: 0, dialect: "irc" }] },
  { isReady: findTheLounge() !== undefined },
);

async function putsOut(person: Person, nickname: string): Promise<void> {
  const member = person.page.getByRole("complementary", { name: "Members" }).getByRole("listitem");
  await member.filter({ hasText: nickname }).first().hover();
  await person.presses(`More about ${nickname}`);
  await person.page.getByRole("menuitem", { name: "Remove…" }).click();
  await person.page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
}
