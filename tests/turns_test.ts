/** Input has its turn however busy the server is. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { openTurns } from "../server/transport/turns.ts";
import { assertEquals } from "./assert.ts";

Deno.test("turns: what has come in is read before the next turn", async () => {
  const turns = await openTurns();
  const [near, far, server] = await openSockets();
  try {
    let read = 0;
    far.on("data", (chunk) => read += chunk.length);
    await nextTurn(turns.next);
    const seen: number[] = [];
    for (let sent = 1; sent <= 100; sent++) {
      near.write("x");
      await nextTurn(turns.next);
      // The system may hand over a byte later than it took it: two turns are always enough.
      await nextTurn(turns.next);
      seen.push(read - sent);
    }
    assertEquals(seen, Array(100).fill(0));
  } finally {
    near.destroy();
    server.close();
    turns.close();
  }
});

Deno.test("turns: all that wait for one come back, in order, also when it is closed meanwhile", async () => {
  const turns = await openTurns();
  const order: string[] = [];
  await Promise.all(["a", "b", "c"].map((name) => nextTurn(turns.next).then(() => order.push(name))));
  const last = nextTurn(turns.next).then(() => order.push("d"));
  turns.close();
  await last;
  await nextTurn(turns.next).then(() => order.push("e"));
  assertEquals(order, ["a", "b", "c", "d", "e"]);
});

function nextTurn(next: (callback: () => void) => void): Promise<void> {
  return new Promise((resolve) => next(resolve));
}

function openSockets(): Promise<[Socket, Socket, ReturnType<typeof createServer>]> {
  return new Promise((resolve) => {
    const server = createServer({ noDelay: true });
    server.listen(0, "127.0.0.1", () => {
      const near = connect({
        host: "127.0.0.1",
        port: (server.address() as AddressInfo).port,
        noDelay: true,
      });
      server.on("connection", (far) => resolve([near, far, server]));
    });
  });
}
