/** A nickname that changes hands: what was said with one holder is found, listed and opened, and never mixes with another's. */
import { DELETED_NAME } from "../../server/core/shared/names.ts";
import { assertEquals } from "../support/assert.ts";
import { run } from "../support/executable.ts";
import { sendFile } from "../support/file_lines.ts";
import {
  type Line,
  PASSWORD,
  type Peer,
  type TestServer,
  TRANSPORTS,
  withServer,
} from "../support/harness.ts";

/** The private ones, each as "with: what was said last", and how it can be opened. */
async function listOf(peer: Peer): Promise<{ shown: string[]; opened: Line[] }> {
  const { private: all } = await peer.asks("conversations");
  return {
    shown: all.map((each: Line) => `${each.with}${each.former ? " (former)" : ""}: ${each.last.text}`),
    opened: all.map((each: Line) => each.former ? { person: each.person } : { with: each.with }),
  };
}

async function textsIn(peer: Peer, place: Line): Promise<string[]> {
  const { messages } = await peer.asks("history", place);
  return messages.map(({ text }: Line) => text);
}

/** How the first holder of "ada" goes, so that somebody else may have the name. */
const ENDS: Record<
  string,
  {
    comes(server: TestServer): Promise<Peer>;
    goes(server: TestServer, ada: Peer): Promise<void>;
    /** What whoever is gone is called. */
    called: string;
  }
> = {
  "a deleted account": {
    comes: (server) => server.member("ada"),
    goes: async ({ folder }) => {
      const { code, stderr } = await run(["account", "delete", "ada", "--data", `${folder}/data`]).ended;
      assertEquals([code, stderr], [0, []]);
    },
    called: DELETED_NAME,
  },
  "a guest": {
    comes: (server) => server.guest("ada"),
    goes: async (_server, ada) => {
      await ada.asks("logout");
    },
    called: "ada",
  },
};

for (const transport of TRANSPORTS) {
  for (const [former, { comes, goes, called }] of Object.entries(ENDS)) {
    for (const later of ["a guest", "an account"]) {
      Deno.test(`former: ${former}, then ${later} of the same name, are two conversations over ${transport}`, async () => {
        await withServer({}, async (server) => {
          const bob = await server.member("bob", transport);
          const first = await comes(server);
          const { id } = await first.asks("send", { to: "bob", text: "the secret of the first" });
          await bob.asks("send", { to: "ada", text: "a secret answer" });
          const sent = await sendFile(first, { to: "bob" }, "secret.txt", new TextEncoder().encode("secret"));
          await goes(server, first);
          await bob.hearsAtLast({ event: "offline", nickname: "ada" });
          const [alone] = (await listOf(bob)).opened;
          assertEquals(alone!.with, called === "ada" ? "ada" : undefined, "nobody else has the name yet");
          assertEquals((await textsIn(bob, alone!)).length, 3);

          const second = await (async () => {
            if (later === "a guest") return await server.guest("ada");
            const peer = await server.connect();
            await peer.asks("register", { username: "ada", nickname: "ada", password: PASSWORD });
            await peer.asks("login", { username: "ada", password: PASSWORD });
            return peer;
          })();
          const { person } = await bob.hearsAtLast({ event: "online", nickname: "ada" });
          assertEquals((await bob.asks("history", { with: "ada" })).person, person);
          await second.asks("send", { to: "bob", text: "no secret of mine" });
          const list = await listOf(bob);
          assertEquals(list.shown, ["ada: no secret of mine", `${called} (former): `]);
          const [now, then] = list.opened;
          assertEquals(await textsIn(bob, now!), ["no secret of mine"]);
          assertEquals(await textsIn(bob, then!), ["the secret of the first", "a secret answer", ""]);
          assertEquals((await bob.asks("history", then!)).person === person, false);

          const { messages: found } = await bob.asks("search", { text: "secret" });
          const asFound = found.map(({ person }: Line) => person === undefined ? "ada" : { person });
          assertEquals(asFound, [then, then, then, "ada"], "each is opened where it is");
          const around = await bob.asks("history", { ...then, around: id, limit: 1 });
          assertEquals(around.messages.map((each: Line) => each.id), [id]);
          const within = await bob.asks("search", { ...then, text: "secret" });
          assertEquals(within.messages.length, 3);
          assertEquals((await bob.asks("search", { with: "ada", text: "secret" })).messages.length, 1);
          assertEquals((await bob.asks("files", then!)).files.map((each: Line) => each.id), [sent.file]);
          assertEquals((await bob.asks("files", { with: "ada" })).files, []);

          const phone = await server.member("bob", transport);
          await bob.asks("read", { ...then, message: id });
          await phone.hearsAtLast({ event: "read", from: "bob", with: called, id, person: then!.person });
          await bob.fails("read", { with: "ada", message: id }, "bad_request");
          assertEquals((await bob.asks("history", then!)).read, id);

          await second.fails("history", { person: then!.person }, "unknown_nickname");
          await second.fails("search", { person: then!.person, text: "secret" }, "unknown_nickname");
          await second.fails("files", { person: then!.person }, "unknown_nickname");
          await bob.fails("history", { ...then, with: "ada" }, "bad_request");
          await bob.fails("history", { person: "nobody" }, "unknown_nickname");

          await server.restart();
          const again = await server.member("bob", transport);
          assertEquals(await textsIn(again, then!), ["the secret of the first", "a secret answer", ""]);
        });
      });
    }
  }
}

Deno.test("former: one message to several is opened with the first of them, whoever has the name now", async () => {
  await withServer({}, async (server) => {
    const bob = await server.member("bob");
    await server.member("carol");
    const first = await server.guest("ada");
    await bob.asks("send", { to: ["ada", "carol"], text: "for both" });
    await first.asks("logout");
    await bob.hearsAtLast({ event: "offline", nickname: "ada" });
    await server.guest("ada");
    await bob.hearsAtLast({ event: "online", nickname: "ada" });
    const [found] = (await bob.asks("search", { text: "both" })).messages;
    assertEquals(await textsIn(bob, { person: found.person }), ["for both"]);
    assertEquals(await textsIn(bob, { with: "carol" }), ["for both"]);
    assertEquals(await textsIn(bob, { with: "ada" }), []);
  });
});
