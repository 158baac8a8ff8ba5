/**
 * Whether a client has read the private messages that waited for its user. What it asks shows that as little as what is asked in its name:
 * clients ask much as soon as they are in, and one whose network is gone by then has asked it, too. IRC has one acknowledgement, PONG: so
 * there is a PING behind what waited, and until that is answered nothing confirms it (protocol/dialect.ts, `unread`).
 */
import type { Event } from "../../../core/shared/events.ts";
import type { Inbound } from "../../dialect.ts";
import type { Client } from "./client.ts";
import { Exchange } from "./exchange.ts";

/** Has the client answer a PING behind what it was told up to now. */
export function pingBehind(client: Client): Inbound {
  client.unread = true;
  const line = { command: "PING", params: [`told-${client.pastUpTo}`] };
  return new Exchange(client, "PING").ask("ping", {}, { prepaid: true, done: () => ({ lines: [line] }) });
}

/** What waits comes in parts where it is much: behind the next one there is another PING. */
export function pingBehindRest(client: Client, { seq }: Event<"message" | "offer">): Inbound[] {
  return client.unread || client.guest || seq > client.pastUpTo ? [] : [pingBehind(client)];
}

/** Takes an answer to a PING. */
export function noteRead(client: Client, token: string): void {
  if (/^told-\d+$/.test(token)) client.unread = false;
}
