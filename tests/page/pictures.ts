/**
 * Pictures of the page for docs/pictures: every screen, in both colours and languages, on a desktop and a phone.
 * `deno task pictures`, or with the beginnings of names for some of them.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Language, Theme } from "../../client/web/state/preferences.ts";
import { en } from "../../client/web/words/en.ts";
import { zh } from "../../client/web/words/zh.ts";
import { configWith } from "../../server/config/config.ts";
import { type Running, start } from "../../server/run/serve.ts";
import { bundle } from "../support/bundle.ts";
import { launchBrowser } from "../support/launch_browser.ts";
import { takeIrc } from "./irc_pictures.ts";
import { type Cast, PASSWORD, perform, SCENES } from "./picture_scene.ts";
import { takeTeam } from "./team_pictures.ts";

const FOLDER = new URL("../../docs/pictures/", import.meta.url);
const WORDS = { en, zh };
const LOCALES = { en: "en-GB", zh: "zh-CN" };
const SIZES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true },
} as const;

/** One look at the page. */
interface Picture {
  name: string;
  size: keyof typeof SIZES;
  theme: Theme;
  language: Language;
  /** Somebody who has signed in. */
  inside?: true;
  /** Where one is, and what one does there before looking. */
  path(language: Language): string;
  act?(page: Page, language: Language, cast: Cast): Promise<void>;
}

const toRoom = (room: string) => `#/room/${encodeURIComponent(room)}`;
const toPrivate = (language: Language) => `#/with/${encodeURIComponent(SCENES[language].people[1])}`;

/** Signing up with everything wrong that can be told before asking the server. */
async function registerBadly(page: Page, language: Language): Promise<void> {
  const words = WORDS[language];
  await page.getByLabel(words.username, { exact: true }).fill(SCENES[language].people[0]);
  await page.getByLabel(words.password, { exact: true }).fill("password");
  await page.getByRole("button", { name: words.register, exact: true }).click();
  await page.locator('[aria-invalid="true"]').first().waitFor();
}

async function openFiles(page: Page, language: Language): Promise<void> {
  await page.getByRole("button", { name: WORDS[language].files, exact: true }).first().click();
  await page.getByText(SCENES[language].file).last().waitFor();
}

async function openSearch(page: Page, language: Language): Promise<void> {
  const words = WORDS[language];
  await page.getByRole("button", { name: words.search, exact: true }).first().click();
  await page.getByRole("radio", { name: words.everywhere, exact: true }).check({ force: true });
  await page.getByLabel(words.searchFor, { exact: true }).fill(SCENES[language].search);
  await page.getByRole("dialog").locator("mark").first().waitFor();
}

async function openSettings(page: Page, language: Language): Promise<void> {
  await page.getByRole("button", { name: WORDS[language].settings, exact: true }).click();
  await page.getByText(WORDS[language].thisSession, { exact: true }).waitFor();
}

async function seeTyping(page: Page, _language: Language, cast: Cast): Promise<void> {
  await page.locator("[data-id]").first().waitFor();
  await page.locator("[data-id] img").first().waitFor();
  await cast.type();
  await page.locator(".typing-line").first().waitFor();
}

const PICTURES: readonly Picture[] = [
  ...looks("sign_in", ["light desktop en", "dark phone zh"], { path: () => "" }),
  ...looks("register", ["dark desktop zh", "light phone en"], {
    path: () => "#/register",
    act: registerBadly,
  }),
  ...looks("lobby", [
    "light desktop en",
    "dark desktop en",
    "light desktop zh",
    "dark phone zh",
    "light phone en",
  ], {
    inside: true,
    path: () => toRoom("lobby"),
    act: seeTyping,
  }),
  ...looks("private", ["dark desktop zh", "light phone en"], {
    inside: true,
    path: toPrivate,
    act: seeTyping,
  }),
  ...looks("conversations", ["light phone zh", "dark phone en"], { inside: true, path: () => "#/" }),
  ...looks("files", ["light desktop en", "dark phone zh"], {
    inside: true,
    path: () => toRoom("lobby"),
    act: openFiles,
  }),
  ...looks("search", ["dark desktop en", "light phone zh"], {
    inside: true,
    path: () => toRoom("lobby"),
    act: openSearch,
  }),
  ...looks("settings", ["light desktop zh", "dark phone en"], {
    inside: true,
    path: () => toRoom("lobby"),
    act: (page, language) =>
      page.viewportSize()!.width > 600 ? openSettings(page, language) : settingsOfPhone(page, language),
  }),
];

/** On a phone they are reached from the list. */
async function settingsOfPhone(page: Page, language: Language): Promise<void> {
  await page.evaluate(() => location.hash = "#/");
  await openSettings(page, language);
}

/** One screen, looked at in several ways: theme, size and language. */
function looks(
  name: string,
  ways: readonly string[],
  what: Pick<Picture, "inside" | "path" | "act">,
): Picture[] {
  return ways.map((way) => {
    const [theme, size, language] = way.split(" ") as [Theme, Picture["size"], Language];
    return { name: `${name}_${way.replaceAll(" ", "_")}`, theme, size, language, ...what };
  });
}

/** Lets somebody in as the first of the scene does. */
async function contextFor(
  browser: Browser,
  url: string,
  { size, theme, language, inside }: Picture,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    ...SIZES[size],
    colorScheme: theme,
    locale: LOCALES[language],
    serviceWorkers: "block",
    reducedMotion: "reduce",
  });
  if (!inside) return context;
  const [username] = SCENES[language].people;
  const answer = await context.request.post(`${url}/session`, {
    data: { op: "login", username, password: PASSWORD },
    headers: { "User-Agent": await agentOf(context) },
  });
  if (!answer.ok()) throw new Error(`Cannot sign in: ${await answer.text()}`);
  return context;
}

/** The first one's telephone, for the list of where they are signed in. */
async function signedInElsewhere(url: string, language: Language): Promise<void> {
  const [username] = SCENES[language].people;
  const response = await fetch(`${url}/session`, {
    method: "POST",
    headers: {
      "User-Agent":
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    },
    body: JSON.stringify({ op: "login", username, password: PASSWORD }),
  });
  await response.body?.cancel();
}

async function agentOf(context: BrowserContext): Promise<string> {
  const page = await context.newPage();
  const agent = await page.evaluate(() => navigator.userAgent);
  await page.close();
  return agent.replace("Headless", "");
}

async function take(browser: Browser, url: string, picture: Picture, cast: Cast): Promise<void> {
  const context = await contextFor(browser, url, picture);
  try {
    const page = await context.newPage();
    await page.goto(`${url}/${picture.path(picture.language)}`);
    if (picture.inside) await page.locator(".chat").waitFor();
    await picture.act?.(page, picture.language, cast);
    await page.evaluate(() => document.fonts.ready);
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: new URL(`${picture.name}.png`, FOLDER).pathname });
    await page.close();
    if (picture.inside) await context.request.delete(`${url}/session`);
  } finally {
    await context.close();
  }
}

/** A server with a scene in this language, for as long as the work lasts. */
async function withScene(
  language: Language,
  work: (running: Running, cast: Cast) => Promise<void>,
): Promise<void> {
  const data = await Deno.makeTempDir({ prefix: "switchboard_pictures_" });
  const running = await start(configWith({ data, http: 0, tcp: 0, rateLimits: false }));
  const cast = await perform(running.http, language);
  try {
    await work(running, cast);
  } finally {
    cast.end();
    await running.stop();
    await Deno.remove(data, { recursive: true });
  }
}

await bundle();
const wanted = PICTURES.filter(({ name }) =>
  Deno.args.length === 0 || Deno.args.some((each) => name.startsWith(each))
);
const browser = await launchBrowser();
try {
  if (Deno.args.length === 0 || Deno.args.includes("team")) await takeTeam(browser, FOLDER);
  if (Deno.args.length === 0 || Deno.args.includes("irc")) await takeIrc(browser, FOLDER);
  for (const language of ["en", "zh"] as const) {
    const some = wanted.filter((picture) => picture.language === language);
    if (some.length === 0) continue;
    await withScene(language, async ({ http }, cast) => {
      await signedInElsewhere(http, language);
      for (const picture of some) {
        await take(browser, http, picture, cast).catch((error) => {
          throw new Error(`${picture.name}: ${error.message}`, { cause: error });
        });
      }
    });
  }
} finally {
  await browser.close();
}
