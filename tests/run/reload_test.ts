/** A page that is loaded anew keeps its place: nobody is told, the owner stays the owner, and nothing is lost meanwhile. */
import { assertEquals } from "../support/assert.ts";
import { TestClock } from "../support/clock.ts";
import { run } from "../support/executable.ts";
import { PASSWORD, type Peer, type TestServer, withServer } from "../support/harness.ts";
import { LIMITS } from "../../server/core/shared/limits.ts";

/** A browser that is signed in, as often as its page is loaded. */
class Page {
  #cookie = "";
  peer!: Peer;
  last = 0;
  epoch = "";

  constructor(readonly server: TestServer) {}

  async signsIn(request: object): Promise<this> {
    const response = await fetch(`${this.server.running.http}/session`, {
      method: "POST",
      body: JSON.stringify(request),
    });
    assertEquals((await response.json()).ok, true);
    this.#cookie = response.headers.get("set-cookie")!.split(";")[0]!;
    return await this.loads();
  }

  /** Connects with its cookie; `since`: goes on where it was. */
  async loads(since?: number): Promise<this> {
    this.peer = await this.server.connect("websocket", { cookie: this.#cookie });
    const position = since === undefined ? {} : { since, epoch: this.epoch };
    const { last, epoch, recovered } = await this.peer.asks("resume", position);
    assertEquals(recovered, since !== undefined);
    Object.assign(this, { last, epoch });
    return this;
  }

  async isLost(): Promise<void> {
    this.peer.close();
    await this.peer.ended;
  }

  async signsOut(): Promise<void> {
    const headers = { cookie: this.#cookie };
    const response = await fetch(`${this.server.running.http}/session`, { method: "DELETE", headers });
    assertEquals(await response.json(), { ok: true });
  }
}

/** A server with a clock; alice with an account is at her page, bob watches from a terminal. */
function withPage(
  body: (scene: { server: TestServer; alice: Page; bob: Peer; clock: TestClock }) => Promise<void>,
) {
  const clock = new TestClock();
  return withServer({}, async (server) => {
    await (await server.connect()).asks("register", {
      username: "alice",
      nickname: "alice",
      password: PASSWORD,
    });
    const alice = await new Page(server).signsIn({ op: "login", username: "alice", password: PASSWORD });
    await alice.peer.asks("enter", { room: "ops" });
    const bob = await server.member("bob");
    await bob.asks("enter", { room: "ops" });
    await bob.forgets();
    await body({ server, alice, bob, clock });
  }, { clock: clock.read });
}

/** The server has noticed that somebody is gone, when it says so of a place that is not kept. */
async function noticed(server: TestServer, by: Peer): Promise<void> {
  const witness = await server.guest("witness");
  witness.close();
  await by.hearsAtLast({ event: "offline", nickname: "witness" });
}

Deno.test("reload: nobody is told, and the owner stays the owner", async () => {
  await withPage(async ({ server, alice, bob }) => {
    await alice.isLost();
    await noticed(server, bob);
    const { members, owner } = await bob.asks("members", { room: "ops" });
    assertEquals([members, owner], [["alice", "bob"], "alice"]);
    await bob.fails("kick", { room: "ops", nickname: "alice" }, "not_owner");
    await alice.loads();
    await bob.hearsNothing();
    assertEquals((await alice.peer.asks("members", { room: "ops" })).owner, "alice");
  });
});

Deno.test("reload: who does not come back in time leaves then, once", async () => {
  await withPage(async ({ server, alice, bob, clock }) => {
    await alice.isLost();
    await noticed(server, bob);
    clock.advance(LIMITS.absenceMs - 1);
    await bob.hearsNothing();
    clock.advance(1);
    const heard = [await bob.hears({ nickname: "alice" }), await bob.hears({ nickname: "alice" })];
    assertEquals(heard.map((event) => `${event.event} ${event.room}`).toSorted(), ["left lobby", "left ops"]);
    await bob.hears({ event: "offline", nickname: "alice" });
    await bob.hearsAtLast({ event: "owner", room: "ops", nickname: "bob" });
    await bob.forgets();
    await alice.loads();
    await bob.hears({ event: "online", nickname: "alice" });
    assertEquals((await alice.peer.asks("members", { room: "ops" })).owner, "bob");
  });
});

Deno.test("reload: what is said meanwhile is told on return, in order, and what is private waits", async () => {
  await withPage(async ({ server, alice, bob }) => {
    await alice.isLost();
    await noticed(server, bob);
    await bob.asks("send", { room: "ops", text: "one" });
    await bob.asks("send", { to: "alice", text: "two" });
    await bob.asks("typing", { to: "alice" });
    await bob.asks("send", { room: "lobby", text: "three" });
    await alice.loads(alice.last);
    for (const text of ["one", "two", "three"]) await alice.peer.hears({ event: "message", text });
    await alice.peer.hearsNothing();
    // Acknowledged with that ping: it does not wait any more.
    await alice.isLost();
    await noticed(server, bob);
    await bob.asks("send", { to: "alice", text: "four" });
    await alice.loads();
    await alice.peer.hears({ event: "message", text: "four" });
    await alice.peer.hearsNothing();
  });
});

Deno.test("reload: what is private waits also for somebody who did not come back", async () => {
  await withPage(async ({ server, alice, bob, clock }) => {
    await alice.isLost();
    await noticed(server, bob);
    await bob.asks("send", { to: "alice", text: "are you there?" });
    clock.advance(LIMITS.absenceMs);
    await bob.hearsAtLast({ event: "offline", nickname: "alice" });
    const phone = await server.connect();
    await phone.asks("login", { username: "alice", password: PASSWORD });
    await phone.hears({ event: "message", text: "are you there?" });
  });
});

Deno.test("reload: whoever signs out, is signed out or has another password leaves at once", async () => {
  await withPage(async ({ server, alice, bob }) => {
    await alice.signsOut();
    await bob.hearsAtLast({ event: "offline", nickname: "alice" });

    const again = await new Page(server).signsIn({ op: "login", username: "alice", password: PASSWORD });
    await bob.hearsAtLast({ event: "online", nickname: "alice" });
    await again.isLost();
    await noticed(server, bob);
    await again.signsOut();
    await bob.hearsAtLast({ event: "offline", nickname: "alice" });

    await new Page(server).signsIn({ op: "login", username: "alice", password: PASSWORD });
    await bob.hearsAtLast({ event: "online", nickname: "alice" });
    const elsewhere = await server.connect();
    await elsewhere.asks("password.change", { username: "alice", old: PASSWORD, new: "cord-jack-plug-8" });
    await bob.hearsAtLast({ event: "offline", nickname: "alice" });

    // By the operator: an account that may not be used any more, and one that is no more.
    await elsewhere.asks("register", { username: "carol", nickname: "carol", password: PASSWORD });
    const cases = [["disable", "alice", "cord-jack-plug-8"], ["delete", "carol", PASSWORD]] as const;
    for (const [verb, name, password] of cases) {
      await new Page(server).signsIn({ op: "login", username: name, password });
      await bob.hearsAtLast({ event: "online", nickname: name });
      const { code } = await run(["account", verb, name, "--data", `${server.folder}/data`]).ended;
      assertEquals(code, 0);
      await bob.hearsAtLast({ event: "offline", nickname: name });
    }
  });
});

Deno.test("reload: a place that is kept is no way around a kick, and nobody is online there", async () => {
  await withPage(async ({ server, alice, bob }) => {
    await bob.asks("enter", { room: "bob's" });
    await alice.peer.asks("enter", { room: "bob's" });
    await bob.forgets();
    await alice.isLost();
    await noticed(server, bob);
    await bob.asks("kick", { room: "bob's", nickname: "alice", minutes: 5 });
    await alice.loads(alice.last);
    await alice.peer.hearsAtLast({ event: "kicked", room: "bob's", nickname: "alice" });
    await alice.peer.fails("enter", { room: "bob's" }, "kicked");
    await alice.isLost();
    await noticed(server, bob);
    const only = await server.connect();
    await only.asks("login", { username: "alice", password: PASSWORD, exclusive: true });
    assertEquals((await only.asks("members", { room: "ops" })).owner, "alice");
  });
});

Deno.test("reload: a guest's name is theirs while their page is loaded anew", async () => {
  await withPage(async ({ server, bob, clock }) => {
    const zoe = await new Page(server).signsIn({ op: "guest", nickname: "zoe" });
    await bob.forgets();
    await zoe.isLost();
    await noticed(server, bob);
    await (await server.connect()).fails("guest", { nickname: "zoe" }, "nickname_taken");
    await bob.asks("send", { to: "zoe", text: "still there?" });
    await zoe.loads(zoe.last);
    await zoe.peer.hearsAtLast({ event: "message", text: "still there?" });
    await zoe.isLost();
    await noticed(server, bob);
    clock.advance(LIMITS.absenceMs);
    await bob.hearsAtLast({ event: "offline", nickname: "zoe" });
    await server.guest("zoe");
  });
});
