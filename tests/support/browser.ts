/** What the page's tests stand on: a real browser, a real server, and people who see and do things. */
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { type Config, configWith } from "../../server/config/config.ts";
import { type Running, start, type StartOptions } from "../../server/run/serve.ts";
import { bundle } from "./bundle.ts";
import { HANGS_MS } from "./clock.ts";
import { findBrowser, HOW_TO_GET_ONE } from "./find_browser.ts";
import { TEST_HASH_COST } from "./hashing.ts";
import { launchBrowser } from "./launch_browser.ts";
import { startOnFreePorts } from "./start_on_free_ports.ts";

// The browser outlives a test, and what it does meanwhile is no leak of the next one, whichever file of the worker has that.
Deno.test.sanitizer({ ops: false, resources: false });

const BROWSER = findBrowser();
const WAIT_MS = 20_000;

/** A running server with a folder of its own. */
export interface TestServer {
  /** Such as `http://127.0.0.1:41234`. */
  url: string;
  data: string;
  /** Where else it listens. */
  urls: Running["urls"];
  /** The link that makes the first administrator. */
  first: string;
  stop(): Promise<void>;
  /** Starts it again, on the same port and data; perhaps with another page. */
  again(options?: StartOptions, otherwise?: Partial<Config>): Promise<void>;
}

/** What a test of the page is given. */
export interface Stage {
  server: TestServer;
  /** Writes a file to send, into a folder for this test; gives its path. `name` may lead through folders. */
  file(name: string, bytes: Uint8Array): Promise<string>;
  /**
   * A new person with a browser profile of their own, at the page's door. `path`: such as `#/register`; `before`:
   * what they sit before, as far as it is no desktop whose language is English.
   */
  person(name: string, path?: string, before?: BrowserContextOptions): Promise<Person>;
}

/**
 * Registers a test that needs a browser. Without one it is skipped, in CI it fails. `isReady`: whether what else it takes is
 * there. `whole`: it needs more of a browser than the headless shell has.
 */
export function pageTest(
  name: string,
  run: (stage: Stage) => Promise<void>,
  config: Partial<Config> = {},
  { isReady = true, whole = false } = {},
): void {
  const skip = isSkipped(name) || !isReady;
  shareBrowser();
  Deno.test({
    name: `page: ${name}`,
    ignore: skip,
    timeout: HANGS_MS,
    fn: () => perform(run, config, whole),
  });
}

/** Whether a test that needs a browser is skipped for want of one, which is said; in CI it fails. */
export function isSkipped(name: string): boolean {
  const skip = BROWSER === undefined && Deno.env.get("CI") !== "true";
  if (skip) console.warn(`Skipped: ${name}. ${HOW_TO_GET_ONE}`);
  return skip;
}

const launched = new Map<boolean, Promise<Browser>>();
let isShared = false;

/** Has the browsers closed after the last test. */
function shareBrowser(): void {
  if (isShared) return;
  isShared = true;
  Deno.test.afterAll(async () => {
    for (const browser of launched.values()) await (await browser).close();
  });
}

/** The browser of all tests of a file; whoever launches it outside of {@link pageTest} closes it. */
export function launch(whole = false): Promise<Browser> {
  const browser = launched.get(whole) ?? launchBrowser({ whole });
  launched.set(whole, browser);
  return browser;
}

async function perform(
  run: (stage: Stage) => Promise<void>,
  wanted: Partial<Config>,
  whole: boolean,
): Promise<void> {
  const browser = await launch(whole);
  const server = await startServer(wanted);
  const people: Person[] = [];
  const folder = await Deno.makeTempDir({ prefix: "switchboard_send_" });
  try {
    await run({
      server,
      async file(name, bytes) {
        const path = `${folder}/${name}`;
        await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
        await Deno.writeFile(path, bytes);
        return path;
      },
      async person(name, path = "", before = {}) {
        const person = await Person.arrive(name, browser, `${server.url}/${path}`, before);
        people.push(person);
        return person;
      },
    });
    const complaints = people.flatMap((person) => person.complaints);
    if (complaints.length > 0) throw new Error(`The page complained:\n${complaints.join("\n")}`);
  } catch (error) {
    await Promise.all(people.map((person) => person.isPictured()));
    throw error;
  } finally {
    await Promise.all(people.map((person) => person.context.close()));
    await server.stop();
    for (const each of [server.data, folder]) await Deno.remove(each, { recursive: true });
  }
}

/** Somebody before a browser. What they see is waited for; nothing is guessed by time. */
export class Person {
  /** Errors on the page's console, and what the content security policy refused. */
  readonly complaints: string[] = [];

  constructor(readonly name: string, readonly page: Page, readonly context: BrowserContext) {
    page.setDefaultTimeout(WAIT_MS);
    page.on("pageerror", ({ stack, name: kind, message }) => {
      this.complaints.push(`${name}: ${stack || `${kind}: ${message}`}`);
    });
    page.on("console", (message) => {
      // A refused sign-in and a server that is down are part of the tests; the browser reports both.
      const expected = /Failed to load resource|WebSocket connection to/.test(message.text());
      if (message.type() !== "error" || expected) return;
      const { url, lineNumber } = message.location();
      this.complaints.push(`${name}: ${message.text()} (${url}:${lineNumber})`);
    });
  }

  static async arrive(
    name: string,
    browser: Browser,
    url: string,
    before: BrowserContextOptions,
  ): Promise<Person> {
    const desktop = { locale: "en-GB", viewport: { width: 1280, height: 800 } };
    // Without a service worker, but for tests of it: it would ask for the whole page a second time.
    const context = await browser.newContext({ ...desktop, serviceWorkers: "block", ...before });
    const person = new Person(name, await context.newPage(), context);
    await person.page.goto(url);
    return person;
  }

  /** Writes into a labelled field. */
  async writes(label: string, text: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(text);
  }

  /** Presses a button. */
  async presses(button: string): Promise<void> {
    await this.page.getByRole("button", { name: button, exact: true }).click();
  }

  /** Follows a link. */
  async follows(link: string): Promise<void> {
    await this.page.getByRole("link", { name: link, exact: true }).click();
  }

  /** Registers under their name and is in the lobby. */
  async registers(password: string, email = ""): Promise<void> {
    await this.writes("Username", this.name);
    await this.writes("Password", password);
    if (email !== "") await this.page.getByLabel("Email").fill(email);
    await this.presses("Create account");
    await this.isIn("lobby");
  }

  /** Signs out, as the settings let one. */
  async signsOut(): Promise<void> {
    await this.presses("Settings");
    await this.presses("Sign out");
  }

  /** Comes in under their name without an account. */
  async comesAsGuest(): Promise<void> {
    await this.writes("Nickname", this.name);
    await this.presses("Come in");
    await this.isIn("lobby");
  }

  /** Enters a room by its name, which makes it if there is none. */
  async entersRoom(name: string): Promise<void> {
    await this.presses("Join or create a room");
    await this.writes("Room name", name);
    await this.page.getByLabel("Room name").press("Enter");
    await this.isIn(name);
  }

  /** Says something in the conversation that is open, with the keyboard. */
  async says(text: string): Promise<void> {
    const field = this.page.getByRole("textbox", { name: /^Message / });
    await field.fill(text);
    // On a touch keyboard Enter is a new line.
    if (await this.page.evaluate(() => matchMedia("(hover: hover)").matches)) await field.press("Enter");
    else await this.presses("Send");
  }

  /** Leaves a picture of what they see in tests/output. */
  async isPictured(): Promise<void> {
    await this.page.screenshot({ path: `tests/output/page_${this.name}.png` }).catch(() => {});
  }

  /** Waits until a conversation is open. */
  async isIn(conversation: string): Promise<void> {
    await this.page.getByRole("heading", { level: 1, name: conversation, exact: true }).waitFor();
  }

  /** Waits until an empty lobby is open: what comes before is unread, and the page would open at the first of it. */
  async isInEmptyLobby(): Promise<void> {
    await this.sees("This is the beginning of lobby");
  }

  /** Waits until something is on the page. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Waits for a message that the server has. */
  async reads(text: string): Promise<void> {
    await this.message(text).waitFor();
  }

  /** Chooses files of the disk and sends them. */
  async attaches(...paths: string[]): Promise<void> {
    await this.stages(...paths);
    await this.presses("Send");
  }

  /** Chooses files of the disk, which wait for words. */
  async stages(...paths: string[]): Promise<void> {
    await this.page.locator('.attach input[type="file"]').first().setInputFiles(paths);
  }

  /** Drops files and folders of the disk on the conversation, as a file manager does. */
  async drops(...paths: string[]): Promise<void> {
    const devtools = await this.context.newCDPSession(this.page);
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    const drag = (type: "dragEnter" | "dragOver" | "drop") =>
      devtools.send("Input.dispatchDragEvent", { type, x: 640, y: 400, data });
    await drag("dragEnter");
    await drag("dragOver");
    await this.sees(/^Drop to send to /);
    await drag("drop");
    await devtools.detach();
  }

  /** Bounds how fast the page sends from now on; 0: not at all bounded. */
  async sendsWith(bytesPerSecond: number): Promise<void> {
    const devtools = await this.context.newCDPSession(this.page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: bytesPerSecond || -1,
    });
  }

  /** A file that the server has, by its name. */
  file(name: string): Locator {
    return this.page.locator("article[data-id]").filter({ has: this.page.getByTitle(name, { exact: true }) });
  }

  /** Something on its way, by its name. */
  transfer(name: string): Locator {
    return this.page.getByRole("group", { name: `Sending ${name}` });
  }

  /** The bytes behind a link among the messages, by its label. */
  async fetches(label: string): Promise<Uint8Array> {
    const link = this.page.getByRole("main").getByRole("link", { name: label, exact: true });
    const response = await this.context.request.get(await link.evaluate((a: HTMLAnchorElement) => a.href));
    if (!response.ok()) throw new Error(`${label}: ${response.status()}`);
    return new Uint8Array(await response.body());
  }

  /** A message that the server has, by its text. */
  message(text: string): Locator {
    return this.page.locator("article[data-id]").filter({ has: this.page.getByText(text, { exact: true }) });
  }
}

async function startServer(wanted: Partial<Config>): Promise<TestServer> {
  await bundle();
  const data = await Deno.makeTempDir({ prefix: "switchboard_page_" });
  const config = configWith({ data, http: 0, tcp: 0, rateLimits: false, ...wanted });
  let running = await startOnFreePorts(config, { hashCost: TEST_HASH_COST });
  const url = running.http;
  return {
    url,
    data,
    urls: running.urls,
    first: running.first?.link ?? "",
    stop: () => running.stop(),
    async again(options, otherwise = {}) {
      running = await start({ ...config, ...otherwise, http: Number(new URL(url).port) }, {
        hashCost: TEST_HASH_COST,
        ...options,
      });
    },
  };
}
