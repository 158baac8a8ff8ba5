/** The page over TLS: everything that it opens is encrypted as well, and goes on after a restart. */
import { assertEquals } from "../support/assert.ts";
import { pageTest } from "../support/browser.ts";
import { bytesOf } from "../support/file_lines.ts";

const TRUSTING = { ignoreHTTPSErrors: true };

pageTest(
  "over TLS two talk, a file arrives whole, and a restart ends nothing",
  async ({ person, file, server }) => {
    const [alice, bob] = [
      await person("alice", "#/register", TRUSTING),
      await person("bob", "#/guest", TRUSTING),
    ];
    const sockets: string[] = [];
    alice.page.on("websocket", (socket) => sockets.push(socket.url()));
    await alice.registers("correct horse 7 battery");
    await bob.comesAsGuest();
    await bob.says("nobody listens in");
    await alice.reads("nobody listens in");
    const bytes = bytesOf(3_000_000);
    await alice.attaches(await file("plan.bin", bytes));
    await bob.file("plan.bin").waitFor();
    assertEquals(await bob.fetches("Download plan.bin"), bytes);
    const cookies = await alice.context.cookies();
    assertEquals(
      cookies.map(({ name, secure, httpOnly, sameSite }) => [name.split("_")[0], secure, httpOnly, sameSite]),
      [
        ["switchboard", true, true, "Strict"],
      ],
    );
    const { "content-security-policy": policy = "" } = (await alice.context.request.get(server.url))
      .headers();
    assertEquals([/default-src 'none'/.test(policy), /unsafe/.test(policy)], [true, false], policy);
    await server.stop();
    await server.again();
    await bob.says("and on we go");
    await alice.reads("and on we go");
    assertEquals(sockets.every((url) => url.startsWith("wss:")) && sockets.length >= 2, true, sockets.join());
  },
  { tlsSelfSigned: true },
);
