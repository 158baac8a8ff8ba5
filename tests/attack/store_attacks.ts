/** What guests can do to what a server keeps: its disk, its rooms, somebody's mailbox. */
import type { Socket } from "node:net";
import { assertTrue } from "../support/assert.ts";
import type { ServerProcess } from "../support/server_process.ts";
import type { Attack } from "./attack.ts";
import { asked, lasting, open, type Target, withSockets } from "./sockets.ts";

const CONNECTIONS = 32;
/** Lines that one connection has under way at a time. */
const AT_ONCE = 6;
const MIB = 1024 * 1024;
const FREE_MIB = 48;
/** Rates would stop these much earlier. */
const UNHINDERED = ["--rate-limits", "off"];
const PASSWORD = "plug-jack-cord-7";

/** Each attacker has an address of its own, as far as the loopback network has them. */
const addressOf = (index: number) => `127.0.1.${1 + index % 250}`;

/** Attacks on what is kept. */
export const STORE_ATTACKS: readonly Attack[] = [
  {
    name: "messages of 16 KiB on 32 connections until the disk is full",
    diskMebibytes: 80,
    // As fast as rates let them; without any the commits alone hold others up on a slow machine.
    options: ["--disk-free", `${FREE_MIB}MiB`],
    async run({ tcp }, times, disk) {
      const text = "x".repeat(16_000);
      await withSockets(tcp, CONNECTIONS, async (sockets) => {
        await Promise.all(sockets.map(async (socket, index) => {
          const room = `room ${index}`;
          const own = await asked(socket, [
            { op: "guest", nickname: `guest ${index}` },
            { op: "enter", room },
            { op: "send", room, text },
          ]);
          for (let refused = 0; refused < 5 * times;) {
            const codes = await asked(socket, Array(AT_ONCE).fill({ op: "send", room, text }));
            refused += codes.filter(({ error }) => error?.code === "disk_full").length;
            if (codes.some(({ error }) => error?.code === "rate_limited")) await lasting(1_000);
          }
          await lasting(1_000);
          const [recalled] = await asked(socket, [{ op: "recall", message: own[2]!.id }]);
          assertTrue(recalled?.ok === true, "what frees room works");
        }));
      }, addressOf);
      const free = disk!.free();
      assertTrue(free >= (FREE_MIB - 8) * MIB, `${Math.round(free / MIB)} MiB are free`);
    },
  },
  {
    name: "rooms of 20 guests of one address, with a word in each",
    options: UNHINDERED,
    async run({ tcp }, times) {
      let refused = 0;
      await withSockets(tcp, 20, async (sockets) => {
        await Promise.all(sockets.map(async (socket, index) => {
          await asked(socket, [{ op: "guest", nickname: `guest ${index}` }]);
          for (let n = 0; n < 100 + 10 * times; n++) {
            const room = `room ${index} ${n}`;
            const [entered] = await asked(socket, [
              { op: "enter", room },
              { op: "send", room, text: "mine" },
              { op: "leave", room },
            ]);
            if (entered?.error?.code === "too_many_rooms") refused++;
          }
        }));
      });
      assertTrue(refused >= 20 * (100 + 10 * times) - 1_020, `${refused} rooms were refused`);
      await withSockets(tcp, 1, async ([socket]) => {
        const answers = await asked(socket!, [{ op: "guest", nickname: "other" }, {
          op: "enter",
          room: "a room",
        }]);
        assertTrue(answers.every(({ ok }) => ok === true), "somebody else makes a room");
      }, addressOf);
    },
  },
  {
    name: "private messages of 20 guests to somebody who is away",
    options: UNHINDERED,
    prepare: ({ tcp }) =>
      ask(tcp, [
        { op: "register", username: "friend", nickname: "friend", password: PASSWORD },
        { op: "register", username: "other", nickname: "other", password: PASSWORD },
      ]),
    async run({ tcp }, times) {
      await withSockets(tcp, 20, async (sockets) => {
        await Promise.all(sockets.map(async (socket, index) => {
          await asked(socket, [{ op: "guest", nickname: `guest ${index}` }]);
          for (let n = 0; n < 25 * times; n++) {
            await asked(socket, Array(AT_ONCE).fill({ op: "send", to: "friend", text: "buy" }));
          }
        }));
      });
      await ask(tcp, [
        { op: "login", username: "other", password: PASSWORD },
        { op: "send", to: "friend", text: "hello" },
      ]);
    },
  },
];

/** Asks what must succeed on a connection of its own. */
async function ask(tcp: Target & ServerProcess["tcp"], lines: readonly object[]): Promise<void> {
  const socket: Socket = await open(tcp);
  const answers = await asked(socket, lines);
  socket.destroy();
  assertTrue(answers.every(({ ok }) => ok === true), JSON.stringify(answers));
}
