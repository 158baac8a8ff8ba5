/** People who are in the chat without a browser, and what tests of the page wait for. */
import type { BrowserContextOptions, Locator } from "playwright-core";
import { Connection } from "../../client/connection/connection.ts";
import { webSocketLink } from "../../client/connection/websocket_link.ts";
import type { Event } from "../../server/core/shared/events.ts";
import type { Person, TestServer } from "../support/browser.ts";

/** A guest on a connection of their own; `onEvent` hears what they are told. */
export async function guestOf(
  server: TestServer,
  nickname: string,
  onEvent: (event: Event) => void = () => {},
): Promise<Connection> {
  const open = webSocketLink(`${server.url.replace("http", "ws")}/ws`);
  const connection = await new Connection({ open, onEvent }).connect();
  await connection.ask("guest", { nickname });
  return connection;
}

/** The same guest once more, after their connection has ended. */
export async function guestAgain(server: TestServer, { token }: Connection): Promise<Connection> {
  const open = webSocketLink(`${server.url.replace("http", "ws")}/ws`);
  const connection = await new Connection({ open }).connect();
  await connection.resume({ token: token! });
  return connection;
}

/** The same with an account, which is made for it. */
export async function memberOf(server: TestServer, nickname: string): Promise<Connection> {
  const open = webSocketLink(`${server.url.replace("http", "ws")}/ws`);
  const connection = await new Connection({ open }).connect();
  const account = { username: nickname, password: "plug-jack-cord-7" };
  await connection.ask("register", { ...account, nickname });
  await connection.ask("login", account);
  return connection;
}

/** Says many things in the lobby without waiting in between; gives their ids. */
export async function saysMany(
  connection: Connection,
  count: number,
  textOf: (n: number) => string,
): Promise<string[]> {
  const numbers = Array.from({ length: count }, (_, n) => n + 1);
  const sent = await Promise.all(
    numbers.map((n) => connection.ask("send", { room: "lobby", text: textOf(n) })),
  );
  return sent.map(({ id }) => id);
}

/** What somebody sits before who has a phone: a small window, and fingers. */
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 780 },
  hasTouch: true,
  isMobile: true,
};

/** Does something from the menu of a message. */
export async function does({ page }: Person, deed: string, message: Locator): Promise<void> {
  await message.hover();
  await message.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: deed, exact: true }).click();
}

/** Takes a message back, and means it. */
export async function recalls(person: Person, message: Locator): Promise<void> {
  await does(person, "Delete for everyone", message);
  await person.page.getByRole("menuitem", { name: "Delete for everyone?" }).click();
}

/** The scrolled box of messages. */
export function logOf(person: Person): Locator {
  return person.page.getByRole("region", { name: "Messages", exact: true });
}

/** Waits until the newest message is in sight, or out of it. */
export async function isAtEnd(person: Person, wanted = true): Promise<void> {
  const log = await logOf(person).elementHandle();
  await person.page.waitForFunction(
    ([box, wanted]) => {
      const below = box!.scrollHeight - box!.clientHeight - box!.scrollTop;
      return (below < 4) === wanted;
    },
    [log, wanted] as const,
  );
}

/** Turns the wheel over the messages, by so many pixels, until they have come to rest where it takes them. */
export async function scrolls(person: Person, by: number): Promise<void> {
  const log = await logOf(person).elementHandle();
  const atRest = await log!.evaluateHandle((box) => ({
    whole: new Promise<void>((resolve) => box.addEventListener("scrollend", () => resolve(), { once: true })),
  }));
  await person.page.mouse.wheel(0, by);
  await atRest.evaluate(({ whole }) => whole);
}

/** How far a message is from the top of the box, in pixels. */
export async function topOf(person: Person, text: string): Promise<number> {
  return await person.message(text).evaluate((article) => {
    const box = article.closest(".messages")!;
    return article.getBoundingClientRect().top - box.getBoundingClientRect().top;
  });
}

/** Holds back what a page asks for, after it was loaded anew. `begin` resolves once something is held back. */
export async function holdable(
  { page }: Person,
  op: string,
): Promise<{ begin(): Promise<void>; end(): void }> {
  let held: (() => void)[] | undefined;
  let onHeld = () => {};
  await page.routeWebSocket(/\/ws(\?|$)/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      if (!held || !String(message).includes(`"${op}"`)) return server.send(message);
      held.push(() => server.send(message));
      onHeld();
    });
  });
  await page.reload();
  return {
    begin() {
      held = [];
      return new Promise((resolve) => onHeld = resolve);
    },
    end() {
      const all = held ?? [];
      held = undefined;
      for (const send of all) send();
    },
  };
}

/** Lets somebody's page get nothing of these addresses, until what it gives is called. */
export async function isOutOfReach({ page }: Person, addresses: RegExp): Promise<() => Promise<void>> {
  await page.route(addresses, (route) => route.abort());
  return () => page.unroute(addresses);
}
