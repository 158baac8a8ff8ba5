/** Pictures for docs/irc.md: WeeChat and The Lounge in the conversation that the page shows too. */
import type { Browser } from "playwright-core";
import { configWith } from "../../server/config/config.ts";
import { type Running, start } from "../../server/run/serve.ts";
import { findTheLounge, TheLounge } from "../irc_clients/thelounge.ts";
import { commandsFor } from "../irc_clients/weechat.ts";
import { findProgram } from "../support/find_program.ts";
import { Terminal } from "../support/terminal.ts";
import { PASSWORD, perform, SCENES } from "./picture_scene.ts";

const LOOK = { viewport: { width: 1200, height: 720 }, locale: "en-GB", reducedMotion: "reduce" } as const;
const [, BEN, CHLOE, DMITRI] = SCENES.en.people;

/** Takes the pictures whose names begin with "irc_", into a folder. */
export async function takeIrc(browser: Browser, folder: URL): Promise<void> {
  const weechat = findProgram("weechat-curses");
  if (weechat === undefined || findTheLounge() === undefined) {
    throw new Error(
      "The pictures of IRC take weechat-curses (Debian) and The Lounge (tests/setup_programs.ts)",
    );
  }
  const data = await Deno.makeTempDir({ prefix: "switchboard_pictures_" });
  const listen = [{ port: 0, dialect: "irc" as const }];
  const running = await start(configWith({ data, http: 0, tcp: 0, listen, rateLimits: false }));
  const cast = await perform(running.http, "en");
  const lounge = await TheLounge.start(ircOf(running));
  const context = await browser.newContext({ ...LOOK, serviceWorkers: "block" });
  const path = (name: string) => new URL(`irc_${name}.png`, folder).pathname;
  try {
    await using terminal = new Terminal(
      ["--dir", `${data}/weechat`, ...lookingGood(running).flatMap((each) => ["-r", each])],
      { program: [weechat], columns: 112, rows: 32, env: { LANG: "C.UTF-8", HOME: data } },
    );
    await terminal.shows("And the other end");
    const desk = await lounge.opensIn(await context.newPage());
    await desk.connects(CHLOE, PASSWORD);
    await desk.types("I do, until Friday. 🙂");
    await terminal.shows("until Friday");
    await terminal.enters("/me unplugs nothing, then");
    await desk.readsAction(DMITRI, "unplugs nothing, then");
    const page = await browser.newContext({ ...LOOK, serviceWorkers: "block" });
    await page.request.post(`${running.http}/session`, {
      data: { op: "login", username: BEN, password: PASSWORD },
    });
    const lobby = await page.newPage();
    await lobby.goto(`${running.http}/#/room/lobby`);
    const field = lobby.getByRole("textbox", { name: "Message lobby" });
    await field.fill("Thank you both! 谢谢！");
    await field.press("Enter");
    await terminal.shows("Thank you both!");
    await desk.reads(BEN, "Thank you both!");
    await lobby.waitForLoadState("networkidle");
    await lobby.screenshot({ path: path("page") });
    await desk.page.screenshot({ path: path("thelounge") });
    const screen = await page.newPage();
    await screen.setContent(terminal.html);
    await screen.evaluate(() => document.fonts.ready);
    await screen.locator("pre").screenshot({ path: path("weechat") });
    await page.close();
  } finally {
    cast.end();
    await context.close();
    await lounge[Symbol.asyncDispose]();
    await running.stop();
    await Deno.remove(data, { recursive: true });
  }
}

function ircOf({ urls }: Running): { host: string; port: number } {
  const [host = "", port] = urls.find(({ name }) => name === "irc")!.url.split(":");
  return { host, port: Number(port) };
}

/** How somebody has WeeChat who uses it every day. */
function lookingGood(running: Running): string[] {
  return [
    "/set weechat.bar.buflist.size_max 14",
    "/set weechat.look.prefix_align_max 8",
    "/set weechat.bar.nicklist.size_max 10",
    "/set weechat.look.buffer_time_format %H:%M",
    ...commandsFor(ircOf(running), { nick: DMITRI, password: PASSWORD }),
    "/set irc.look.server_buffer independent",
  ];
}
