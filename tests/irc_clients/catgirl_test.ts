/** catgirl, as Debian has it, over TLS. */
import { PASSWORD } from "../support/harness.ts";
import { withIrc } from "../dialects/clients/irc_client.ts";
import { CATGIRL } from "./catgirl.ts";

const TLS = { listen: [{ port: 0, dialect: "irc", tls: true }], tlsSelfSigned: true } as const;

Deno.test({
  name: "catgirl: an account signs in over TLS, talks in a room and in private, and is put out",
  ignore: Deno.build.os !== "linux" || !CATGIRL.isHere(),
  fn: () =>
    withIrc(async (server) => {
      const { folder, running } = server;
      await (await server.member("ada")).asks("logout");
      const bob = await server.member("bob");
      const { hostname: host, port } = new URL(running.urls.find(({ name }) => name === "irc+tls")!.url);
      const address = { host, port: Number(port), certificate: `${folder}/data/tls/self_signed.pem` };
      await using ada = await CATGIRL.start(folder, address, { nick: "ada", password: PASSWORD });
      await bob.hearsAtLast({ event: "entered", room: "lobby", nickname: "ada" });
      await bob.asks("send", { room: "lobby", text: "Grüße, 你好 — naïve" });
      await ada.reads("#lobby", "bob", "Grüße, 你好 — naïve");
      await ada.types("#lobby", "Tee, 水");
      await bob.hearsAtLast({ event: "message", from: "ada", room: "lobby", text: "Tee, 水" });
      await bob.asks("send", { room: "lobby", text: "/me waves" });
      await ada.readsAction("#lobby", "bob", "waves");
      await ada.types("#lobby", "/me nods");
      await bob.hearsAtLast({ event: "message", from: "ada", room: "lobby", text: "/me nods" });
      await bob.asks("send", { to: "ada", text: "between us" });
      await ada.reads("bob", "bob", "between us");
      await ada.types("bob", "and so it stays");
      await bob.hearsAtLast({ event: "message", from: "ada", to: "bob", text: "and so it stays" });
      await bob.asks("enter", { room: "tea" });
      await ada.types("#lobby", "/join #tea");
      await bob.hearsAtLast({ event: "entered", room: "tea", nickname: "ada" });
      await bob.asks("kick", { room: "tea", nickname: "ada", minutes: 5 });
      await ada.sees("#tea", CATGIRL.kicked("ada", "bob"));
      await ada.quits();
      await bob.hearsAtLast({ event: "offline", nickname: "ada" });
    }, { ...TLS, listen: [...TLS.listen] }),
});
