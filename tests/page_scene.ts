/** People who are in the chat without a browser, and what tests of the page wait for. */
import type { Locator } from "playwright-core";
import { Connection } from "../client/connection.ts";
import { webSocketLink } from "../client/websocket_link.ts";
import type { Event } from "../server/core/events.ts";
import type { Person, TestServer } from "./browser.ts";

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

/** How far a message is from the top of the box, in pixels. */
export async function topOf(person: Person, text: string): Promise<number> {
  return await person.message(text).evaluate((article) => {
    const box = article.closest(".messages")!;
    return article.getBoundingClientRect().top - box.getBoundingClientRect().top;
  });
}
