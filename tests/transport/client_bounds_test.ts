/** What the client keeps to by itself: it sends nothing that the server can't read, and waits for none in vain. */
import { Connection, type ConnectionState } from "../../client/connection/connection.ts";
import { RequestError } from "../../client/connection/request_error.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { webSocketLink } from "../../client/connection/websocket_link.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { TRANSPORTS, withServer } from "../support/harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`client over ${transport}: what the server can't read is refused here, and the connection goes on`, async () => {
    await withServer({}, async ({ running }) => {
      const states: ConnectionState[] = [];
      const open = transport === "tcp"
        ? tcpLink(running.tcp)
        : webSocketLink(`${running.http.replace("http", "ws")}/ws`);
      const connection = await new Connection({ open, onState: (state) => states.push(state) }).connect();
      await connection.ask("guest", { nickname: "alice" });
      const long = "é".repeat(40_000);
      const names = Array.from({ length: 100 }, (_, n) => `${n}`.padStart(700, "n"));
      const asked = [
        connection.ask("send", { room: "lobby", text: long, key: "k" }),
        connection.ask("edit", { message: "m", text: long }),
        connection.ask("send", { to: names, text: "hi" }),
        connection.ask("search", { text: long }),
        connection.ask("enter", { room: long }),
        connection.ask("upload", { room: "lobby", name: long, size: 1, md5: "" }),
        connection.ask("password.change", { old: long, new: "x" }),
        // JSON makes six bytes of one.
        connection.ask("send", { room: "lobby", text: "\u0001".repeat(11_000) }),
      ];
      const codes = await Promise.all(asked.map(refusal));
      assertEquals(codes, asked.map(() => "too_large"));
      const framed = JSON.stringify({ id: 10, op: "send", room: "lobby", text: "" }).length;
      const most = connection.ask("send", { room: "lobby", text: "x".repeat(64 * 1024 - framed) });
      assertEquals(await refusal(most), "bad_text", "the longest line gets there");
      await connection.ask("send", { room: "lobby", text: "still here" });
      assertEquals(states, ["open", "online"]);
      connection.close();
    });
  });
}

Deno.test("client: a link that is lost as soon as it stands is tried again later and later", async () => {
  const opened: number[] = [];
  let fourth = () => {};
  const isTriedAgain = new Promise<void>((resolve) => fourth = resolve);
  const connection = new Connection({
    open: (events) => {
      if (opened.push(performance.now()) === 4) fourth();
      return Promise.resolve({
        send(line) {
          events.line(`{"re":${JSON.parse(line).id},"ok":true,"nickname":"alice","recovered":true}`);
          events.closed();
        },
        unsent: 0,
        close() {},
      });
    },
  });
  await connection.connect();
  await connection.ask("guest", { nickname: "alice" });
  await isTriedAgain;
  connection.close();
  const [first, , , last] = opened;
  // A half of 250, 500 and 1,000 ms at the least; three times the first would be 750 ms at the most.
  assertTrue(last! - first! >= 870, `${last! - first!} ms`);
});

Deno.test("client: a server that is not there is an error, not a wait", async () => {
  const address = { host: "127.0.0.1", port: 1 };
  const error = await new Connection({ open: tcpLink(address) }).connect().then(() => "connected", String);
  assertTrue(error.includes("Cannot connect to 127.0.0.1:1"), error);
});

async function refusal(asked: Promise<unknown>): Promise<string> {
  return await asked.then(
    () => "answered",
    (error) => error instanceof RequestError ? error.code : String(error),
  );
}
