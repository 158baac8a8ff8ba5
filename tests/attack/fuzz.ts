/**
 * `deno task fuzz -- COUNT`: so many inputs to the parsers of the real server, in every language that it speaks, by TCP and
 * by HTTP: whole, torn, glued, changed at random. Somebody who does nothing wrong pings all the while, and the server must
 * be there in the end. `--seed N` does the same again.
 */
import { connect, type Socket } from "node:net";
import { parseArgs } from "node:util";
import { measure } from "./attack.ts";
import { httpOf, type Target } from "./sockets.ts";

const encoder = new TextEncoder();

/** What the languages look like, to begin with. */
const SEEDS: readonly Uint8Array[] = [
  '{"id":1,"op":"guest","nickname":"ada"}\n',
  '{"id":2,"op":"send","room":"lobby","text":"hello \\ud83d\\ude00"}\n{"op":"ping"}\n',
  '{"op":"upload","room":"lobby","name":"a","size":3,"md5":"x"}\n{"op":"chunk","file":"x","offset":0,"bytes":3}\nabc',
  '{"id":3,"op":"react","message":"01ARZ3NDEKTSV4RRFFQ69G5FAV","emoji":"👍","on":true}\n',
  '{"op":"history","room":"lobby","before":"01ARZ3NDEKTSV4RRFFQ69G5FAV","limit":10}\n',
  "ADD 127.0.0.1 HTTP/1.1\nUser_Agent: ada\nContent_Length: 3\n\nhi\n",
  "POST 127.0.0.1 HTTP/1.1\r\nUser_Agent: ada\r\n\r\nhello\n",
  "100\r\nada\r\npassword",
  "106\r\nada\r\nhello",
  "109\x89PNG\r\n\x1a\n0000",
  "103\r\rada\tbob\t\r\rhi",
  "__KEY___5__DIV___23__DIV___8__END___",
  "__KEY___5__DIV___23__DIV___8__END___a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3",
  '47             {"login": 1, "args": {"username": "a", "x": 1}}',
  '{"login": 0, "args": {"username": "ada", "password": "A"}}',
  '{"Type":"Enter","Content":"lobby;ada;"}\n{"Type":"Talk","Content":"hi"}\n',
  "GET /page.js HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: bytes=0-1\r\n\r\n",
  'POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 13\r\n\r\n{"op":"ping"}',
  "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x81\x82\x00\x00\x00\x00{}",
  "\x16\x03\x01\x00\x05hello",
].map((text) => encoder.encode(text));

const INPUTS_A_CONNECTION = 20;
const AT_ONCE = 64;
const STILL_MS = 500;

const { values: { seed }, positionals: [wanted = "100000"] } = parseArgs({
  args: Deno.args.filter((each) => each !== "--"),
  options: { seed: { type: "string", default: String(Date.now() % 2 ** 31) } },
  allowPositionals: true,
});

/** Numbers that look random and come again with the same seed: a linear congruential generator (Numerical Recipes). */
let state = Number(seed) >>> 0;
function random(below: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor(state / 2 ** 32 * below);
}

/** One of the seeds, changed a few times. */
function input(): Uint8Array {
  let bytes = SEEDS[random(SEEDS.length)]!.slice();
  for (let changes = random(4); changes > 0 && bytes.length > 0; changes--) {
    const at = random(bytes.length);
    const kind = random(5);
    if (kind === 0) bytes[at] = random(256);
    else if (kind === 1) bytes[at]! ^= 1 << random(8);
    else if (kind === 2) bytes = bytes.subarray(0, at);
    else {
      const other = SEEDS[random(SEEDS.length)]!;
      const piece = kind === 3
        ? other.subarray(random(other.length))
        : bytes.subarray(at).slice(0, 1 + random(40));
      const joined = new Uint8Array(bytes.length + piece.length);
      joined.set(bytes.subarray(0, at));
      joined.set(piece, at);
      joined.set(bytes.subarray(at), at + piece.length);
      bytes = joined;
    }
  }
  return bytes;
}

/** One connection with some inputs, each in a write of its own; gives how many it took before it ended. */
function converse(target: Target, inputs: readonly Uint8Array[]): Promise<number> {
  return new Promise((resolve) => {
    let sent = 0;
    const socket: Socket = connect({ ...target, noDelay: true });
    socket.on("error", () => {}); // "close" follows
    socket.on("close", () => resolve(Math.max(1, sent)));
    socket.resume();
    // Whoever said half of something may be waited for longer than this takes.
    socket.setTimeout(STILL_MS, () => socket.destroy());
    const next = () => {
      if (socket.destroyed) return;
      if (sent === inputs.length) return void socket.destroy();
      socket.write(inputs[sent++]!, next);
    };
    socket.on("connect", next);
  });
}

if (import.meta.main) {
  const count = Number(wanted);
  let done = 0;
  const began = performance.now();
  const measured = await measure({
    name: `${count} inputs, seed ${seed}`,
    options: ["--classic", "off", "--rate-limits", "off"],
    async run({ tcp, http }) {
      const targets = [tcp, tcp, tcp, httpOf(http)];
      const work = async () => {
        while (done < count) {
          const inputs = Array.from({ length: INPUTS_A_CONNECTION }, input);
          const taken = await converse(targets[random(targets.length)]!, inputs);
          done += taken;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    },
  }, 1);
  const { memory, descriptors, pings } = measured;
  const mib = (bytes: number) => Math.round(bytes / 1024 / 1024);
  console.log(
    `${done} inputs in ${Math.round((performance.now() - began) / 1000)} s, seed ${seed}: ` +
      `${mib(memory.before)} → ${mib(memory.most)} → ${mib(memory.after)} MiB, ` +
      `${descriptors.before} → ${descriptors.most} → ${descriptors.after} descriptors, ` +
      `pings ${Math.round(pings.p50)} and ${Math.round(pings.most)} ms${pings.lost ? ", LOST" : ""}`,
  );
  if (pings.lost) Deno.exit(1);
}
