/** docs/team.md, walked through as an operator does who sets up a closed chat for a team, with a picture at each step. */
import type { Browser, Page } from "playwright-core";
import { Connection } from "../../client/connection/connection.ts";
import { webSocketLink } from "../../client/connection/websocket_link.ts";
import { configWith } from "../../server/config/config.ts";
import { start } from "../../server/run/serve.ts";
import { operatorAt } from "../support/operator.ts";
import { PASSWORD } from "./picture_scene.ts";

const DESKTOP = { viewport: { width: 1200, height: 780 } };
const PHONE = {
  viewport: { width: 390, height: 700 },
  deviceScaleFactor: 1.5,
  isMobile: true,
  hasTouch: true,
};

/** Whoever is here or not, beside Ada, who sets it up. */
const TEAM = ["Ben", "Chloe", "Dmitri", "Elif"] as const;

/** Takes the pictures whose names begin with "team_", into a folder. */
export async function takeTeam(browser: Browser, folder: URL): Promise<void> {
  const data = await Deno.makeTempDir({ prefix: "switchboard_team_" });
  const running = await start(
    configWith({ data, http: 0, tcp: 0, rateLimits: false, registration: "invite", guests: "off" }),
  );
  const look = { locale: "en-GB", serviceWorkers: "block", reducedMotion: "reduce" } as const;
  const [desk, phone] = [
    await browser.newContext({ ...look, ...DESKTOP }),
    await browser.newContext({ ...look, ...PHONE, colorScheme: "dark" }),
  ];
  const here: Connection[] = [];
  try {
    const ada = await desk.newPage();
    const shoot = async (page: Page, name: string) => {
      await page.evaluate(() => document.fonts.ready);
      await page.waitForLoadState("networkidle");
      await page.screenshot({ path: new URL(`team_${name}.png`, folder).pathname });
    };
    await makesFirstAccount(ada, running.first!.link, shoot);
    const link = await invites(ada, shoot);
    await signsUp(await phone.newPage(), link, shoot);
    for (const name of TEAM.slice(1)) {
      await operatorAt(data)(["account", "add", name], PASSWORD).ends();
    }
    here.push(await signIn(running.http, "Ben"), await signIn(running.http, "Chloe"));
    await setsRoom(ada, here, shoot);
    await keepsOrder(ada, here, shoot);
  } finally {
    for (const each of here) each.close();
    for (const each of [desk, phone]) await each.close();
    await running.stop();
    await Deno.remove(data, { recursive: true });
  }
}

type Shoot = (page: Page, name: string) => Promise<void>;

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const isIn = (page: Page, name: string) =>
  page.getByRole("heading", { level: 1, name, exact: true }).waitFor();

async function makesFirstAccount(ada: Page, link: string, shoot: Shoot): Promise<void> {
  await ada.goto(link);
  await ada.getByRole("heading", { name: "You are invited" }).waitFor();
  await ada.getByLabel("Username", { exact: true }).fill("Ada");
  await ada.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await shoot(ada, "first");
  await press(ada, "Create account");
  await isIn(ada, "lobby");
}

/** A private room, and a link into it. */
async function invites(ada: Page, shoot: Shoot): Promise<string> {
  await press(ada, "Join or create a room");
  await ada.getByLabel("Room name", { exact: true }).fill("plans");
  await ada.getByRole("checkbox", { name: /^Private/ }).check();
  await press(ada, "Create room");
  await isIn(ada, "plans");
  await press(ada, "Settings");
  await press(ada, "Invite people");
  const dialog = ada.getByRole("dialog", { name: "Invite people" });
  await dialog.getByRole("checkbox", { name: "plans" }).check();
  await dialog.getByLabel("How many people").fill("40");
  await dialog.getByRole("button", { name: "Make a link" }).click();
  const field = dialog.getByRole("textbox", { name: "Link" });
  const link = await field.inputValue();
  await dialog.getByText("40 of 40 left").waitFor();
  await shoot(ada, "invite");
  await ada.keyboard.press("Escape");
  return link;
}

async function signsUp(page: Page, link: string, shoot: Shoot): Promise<void> {
  await page.goto(link);
  await page.getByText("Ada invites you into plans.").waitFor();
  await shoot(page, "invited_phone");
  await page.getByLabel("Username", { exact: true }).fill("Ben");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await press(page, "Create account");
  await isIn(page, "plans");
}

async function setsRoom(ada: Page, [ben, chloe]: Connection[], shoot: Shoot): Promise<void> {
  await ben!.ask("send", { room: "plans", text: "The drawings for the second floor are in." });
  await isIn(ada, "plans");
  const operator = await memberConnection(ada);
  for (const nickname of ["Chloe", "Dmitri"]) await operator.ask("invite", { room: "plans", nickname });
  await chloe!.ask("enter", { room: "plans" });
  const away = await signIn(new URL(ada.url()).origin, "Dmitri");
  await away.ask("enter", { room: "plans" });
  await away.ask("logout", {});
  away.close();
  await operator.ask("room.role", { room: "plans", nickname: "Ben", role: "moderator" });
  await chloe!.ask("send", { room: "plans", text: "@Dmitri can you look at the stairs?" });
  await ada.getByText("can you look at the stairs?").waitFor();
  operator.close();
  await press(ada, "More about plans");
  await press(ada, "Room settings");
  const dialog = ada.getByRole("dialog");
  await dialog.getByLabel("Topic", { exact: true }).fill("Second floor, until Friday");
  await shoot(ada, "room");
  await press(ada, "Save");
  await ada.getByRole("button", { name: "Second floor, until Friday" }).waitFor();
  await press(ada, "Members");
  await ada.getByText("Dmitri", { exact: true }).first().waitFor();
  await shoot(ada, "members");
  await press(ada, "Members");
}

/** Ada once more, at a terminal. */
async function memberConnection(ada: Page): Promise<Connection> {
  return await signIn(new URL(ada.url()).origin, "Ada");
}

async function keepsOrder(ada: Page, [ben, chloe]: Connection[], shoot: Shoot): Promise<void> {
  const { id } = await chloe!.ask("send", { room: "lobby", text: "Cheap watches, only today" });
  await ben!.ask("report", { message: id, text: "An advertisement" });
  await press(ada, "Administration");
  const dialog = ada.getByRole("dialog", { name: "Administration" });
  const tab = (name: string) => dialog.getByRole("tab", { name }).click();
  await tab("Reports");
  await dialog.getByText("Cheap watches, only today").waitFor();
  await shoot(ada, "reports");
  await tab("Accounts");
  await dialog.locator("details").filter({ hasText: "Elif" }).locator("summary").click();
  await shoot(ada, "accounts");
  await tab("Settings");
  await dialog.getByLabel("Guests without an account", { exact: true }).waitFor();
  await shoot(ada, "settings");
  await tab("Log");
  await dialog.getByText("Ben: reported a message", { exact: true }).waitFor();
  await shoot(ada, "log");
}

async function signIn(url: string, username: string): Promise<Connection> {
  const open = webSocketLink(`${url.replace("http", "ws")}/ws`);
  const connection = await new Connection({ open, reconnect: false }).connect();
  await connection.ask("login", { username, password: PASSWORD });
  return connection;
}
