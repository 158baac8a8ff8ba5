/** What can be done without an account: passwords tried for others', and pages of anywhere that open what they can. */
import type { ServerProcess } from "../support/server_process.ts";
import type { Attack } from "./attack.ts";
import { httpOf, lasting, withSockets, write } from "./sockets.ts";

const AT_ONCE = 96;
/** Every request says where it comes from, and is believed. */
const ANYWHERE = ["--trusted-proxies", "127.0.0.1"];
const UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** Tries so many passwords, each from an address of its own; gives how many were looked at. */
async function guessed(
  { http }: ServerProcess,
  count: number,
  name: (index: number) => string,
): Promise<number> {
  let looked = 0;
  for (let begun = 0; begun < count; begun += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - begun) }, async (_, index) => {
      const at = begun + index;
      const answer = await fetch(`${http}/session`, {
        method: "POST",
        headers: { "X-Forwarded-For": `10.${at >> 16}.${at >> 8 & 255}.${at & 255}` },
        body: JSON.stringify({ op: "login", username: name(at), password: `guess ${at}` }),
      });
      const { error } = await answer.json();
      if (error?.code === "bad_password") looked++;
    }));
  }
  return looked;
}

/** Attacks by strangers. */
export const GUESS_ATTACKS: readonly Attack[] = [
  {
    name: "guesses at one account, each from an address of its own",
    options: ANYWHERE,
    async run(server, times) {
      const looked = await guessed(server, 96 * times, () => "alice");
      if (looked > 100) throw new Error(`${looked} passwords were looked at`);
    },
  },
  {
    name: "guesses at an account each, each from an address of its own",
    options: ANYWHERE,
    run: (server, times) => guessed(server, 96 * times, (index) => `name${index}`).then(() => {}),
  },
  {
    name: "pages of other servers that open WebSockets, under their own name and under this one's",
    async run({ http }, times) {
      const { host } = new URL(http);
      const heads = [["evil.example", "evil.example"], [host, "evil.example"], [host, "null"]].flatMap(
        ([host, page]) =>
          ["/ws", "/chat"].map((path) =>
            `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${
              page === "null" ? page : `http://${page}`
            }\r\n${UPGRADE}`
          ),
      );
      for (let n = 0; n < times; n++) {
        for (const head of heads) {
          await withSockets(httpOf(http), 50, async (sockets) => {
            const said: string[] = [];
            for (const socket of sockets) socket.on("data", (chunk) => said.push(String(chunk))).resume();
            await Promise.all(sockets.map((socket) => write(socket, head)));
            await lasting(200);
            if (said.some((text) => text.startsWith("HTTP/1.1 101"))) throw new Error(`It opened: ${head}`);
          });
        }
      }
    },
  },
];
