/**
 * How fast the page is, in a real browser whose processor is slowed down four times: `deno task bench:page`. Browser,
 * server and everybody who talks share the machine, so these are the upper ends of what people see.
 */
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { Connection } from "../../client/connection/connection.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { launchBrowser } from "../support/launch_browser.ts";
import { startServerProcess } from "../support/server_process.ts";
import { tableOf } from "./table.ts";

const SLOWER = 4;
const STARTS = 5;
const HISTORY = 10_000;
const BURST = 1_000;
const PEOPLE = 2_000;
const UPLOAD_MIB = 100;
const WAIT_MS = 120_000;

const data = await Deno.makeTempDir({ prefix: "switchboard-bench-" });
const server = await startServerProcess({ data });
const browser = await launchBrowser();
const rows: string[][] = [["", "least", "median", "most"]];
try {
  const bob = await guest("bob");
  await say(bob, HISTORY, (n) => `message ${n} ${n % 9 === 0 ? "with\nsome more\nlines" : ""}`);
  await measureStarts(browser);
  const { page, devtools } = await signedIn(browser);
  await measureReading(page);
  await measureBurst(page, bob);
  await measureUpload(page);
  await measureCrowd(page, devtools);
  bob.close();
} finally {
  console.log(tableOf(rows));
  await browser.close();
  await server.end("SIGTERM");
  await Deno.remove(data, { recursive: true });
}

/** Cold starts: nothing in the browser's cache. */
async function measureStarts(browser: Browser): Promise<void> {
  const paints: number[] = [];
  let bytes = 0;
  for (let n = 0; n < STARTS; n++) {
    const context = await browser.newContext();
    const { page, devtools } = await slowed(context);
    bytes = 0;
    devtools.on("Network.loadingFinished", ({ encodedDataLength }) => bytes += encodedDataLength);
    await devtools.send("Network.enable");
    await page.goto(server.http, { waitUntil: "networkidle" });
    paints.push(
      await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN),
    );
    await context.close();
  }
  row("first paint, cold (ms)", paints);
  row("transferred for it (KiB)", [bytes / 1024]);
}

async function signedIn(browser: Browser): Promise<{ page: Page; devtools: CDPSession }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  const { page, devtools } = await slowed(context);
  await page.goto(`${server.http}/#/guest`);
  await page.getByLabel("Nickname").fill("alice");
  await page.keyboard.press("Enter");
  await page.getByText(`message ${HISTORY}`).first().waitFor();
  const opened: number[] = [];
  for (let n = 0; n < STARTS; n++) {
    const before = performance.now();
    await page.reload({ waitUntil: "commit" });
    await page.getByText(`message ${HISTORY}`).first().waitFor();
    opened.push(performance.now() - before);
  }
  row("from loading to the newest message (ms)", opened);
  return { page, devtools };
}

/** From the newest of the messages to the oldest, as with a wheel that never stops. */
async function measureReading(page: Page): Promise<void> {
  const before = performance.now();
  const { gaps, most } = await page.evaluate(async () => {
    const box = document.querySelector<HTMLElement>(".messages")!;
    const gaps: number[] = [];
    let most = 0;
    let last = performance.now();
    while (!document.body.innerText.includes("This is where the conversation begins.")) {
      box.scrollBy(0, -600);
      await new Promise((done) => requestAnimationFrame(done));
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      most = Math.max(most, document.querySelectorAll("article").length);
    }
    return { gaps, most };
  });
  row(`a frame while reading ${HISTORY} (ms)`, gaps);
  row("reading them all (s)", [(performance.now() - before) / 1_000]);
  row("messages in the page meanwhile, at most", [most]);
  await page.getByRole("button", { name: /^Latest messages/ }).click();
  await page.getByText(`message ${HISTORY}`).first().waitFor();
}

/** Somebody says very much at once, while keys are pressed. */
async function measureBurst(page: Page, bob: Connection): Promise<void> {
  const field = page.getByRole("textbox", { name: /^Message / });
  await field.focus();
  await page.evaluate(() => {
    const waits: number[] = [];
    Object.assign(globalThis, { waits });
    addEventListener("keydown", ({ timeStamp }) => {
      requestAnimationFrame(() => waits.push(performance.now() - timeStamp));
    });
  });
  const before = performance.now();
  const burst = say(bob, BURST, (n) => `burst ${n}`);
  const shown = page.getByText(`burst ${BURST}`, { exact: true }).waitFor({ timeout: WAIT_MS });
  let isShown = false;
  void shown.then(() => isShown = true);
  while (!isShown) await page.keyboard.press("x");
  await burst;
  row(`a burst of ${BURST} until it is shown (ms)`, [performance.now() - before]);
  const waits = await page.evaluate(() => (globalThis as unknown as { waits: number[] }).waits);
  row("from a key to the next frame meanwhile (ms)", waits);
  await field.fill("");
}

/** A room full of people: naming one of them. */
async function measureCrowd(page: Page, devtools: CDPSession): Promise<void> {
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  const crowd: Connection[] = [];
  while (crowd.length < PEOPLE) {
    crowd.push(
      ...await Promise.all(Array.from({ length: 50 }, (_, n) => guest(`person ${crowd.length + n}`))),
    );
  }
  await page.getByText(new RegExp(`^${(PEOPLE + 2).toLocaleString("en")} members$`)).first().waitFor({
    timeout: WAIT_MS,
  });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  const field = page.getByRole("textbox", { name: /^Message / });
  const waits: number[] = [];
  for (let n = 0; n < STARTS; n++) {
    await field.fill("");
    await field.pressSequentially("@person 199");
    const before = performance.now();
    await field.press(`${n}`);
    await page.getByRole("option", { name: `person 199${n}` }).waitFor();
    waits.push(performance.now() - before);
  }
  row(`naming one of ${PEOPLE} people, from the key (ms)`, waits);
  row("elements in the page with them", [await page.evaluate(() => document.querySelectorAll("*").length)]);
  for (const each of crowd) each.close();
}

/** How long the page stands still at a time while a large file is read, hashed and sent. */
async function measureUpload(page: Page): Promise<void> {
  const path = `${data}/large.bin`;
  await Deno.writeFile(
    path,
    new Uint8Array(UPLOAD_MIB * 1024 * 1024).map((_, index) => index * 31 + (index >> 8)),
  );
  await page.evaluate(() => {
    const tasks: number[] = [0];
    Object.assign(globalThis, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)))
      .observe({ type: "longtask" });
  });
  const before = performance.now();
  await page.locator("input[type=file]").first().setInputFiles(path);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByRole("link", { name: "Download large.bin" }).waitFor({ timeout: WAIT_MS });
  row(`an upload of ${UPLOAD_MIB} MiB (s)`, [(performance.now() - before) / 1_000]);
  const tasks = await page.evaluate(() => (globalThis as unknown as { tasks: number[] }).tasks);
  row("the page standing still meanwhile (ms)", tasks);
}

async function slowed(context: BrowserContext): Promise<{ page: Page; devtools: CDPSession }> {
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  return { page, devtools };
}

async function guest(nickname: string): Promise<Connection> {
  const connection = await new Connection({ open: tcpLink(server.tcp) }).connect();
  await connection.ask("guest", { nickname });
  return connection;
}

/** Says many things in the lobby, so many at a time that the server takes them. */
async function say(who: Connection, count: number, textOf: (n: number) => string): Promise<void> {
  for (let from = 1; from <= count; from += 500) {
    const some = Array.from({ length: Math.min(500, count - from + 1) }, (_, n) => from + n);
    await Promise.all(some.map((n) => who.ask("send", { room: "lobby", text: textOf(n) })));
  }
}

function row(what: string, figures: number[]): void {
  const sorted = figures.toSorted((a, b) => a - b);
  const show = (value: number | undefined) => value === undefined ? "" : value.toFixed(value < 10 ? 1 : 0);
  const median = show(sorted[Math.floor(sorted.length / 2)]);
  rows.push(
    sorted.length === 1 ? [what, "", median, ""] : [what, show(sorted[0]), median, show(sorted.at(-1))],
  );
}
