/**
 * A minute in one room: five old programs, the native protocol over both transports, the page in a real browser, and somebody who
 * keeps losing the connection. All talk at once, with pictures and private messages in between, and every message arrives
 * everywhere once and in one order. It ends when all rounds have been played, however long that takes.
 */
import { assertEquals } from "../support/assert.ts";
import { isSkipped, launch, Person as Visitor } from "../support/browser.ts";
import { bundle } from "../support/bundle.ts";
import type { Line, Peer, TestServer } from "../support/harness.ts";
import type { Person } from "./matrix_person.ts";
import { type Scene, scene } from "./matrix_scene.ts";
import { pngOf } from "../support/sample_files.ts";

/** A multiple of four, so that gus is away at the end and comes back. */
const ROUNDS = 60;
/** How long a round takes at least; milliseconds. */
const ROUND_MS = 1_000;
const DEADLINE_MS = 240_000;
/** How often the page's log is read at most. */
const SWEEPS_MAX = 5;

Deno.test({
  name: "soak: a minute of everybody in one room, and every message arrives once and in one order everywhere",
  ignore: isSkipped("soak"),
  fn: () => scene(soak, { deadlineMs: DEADLINE_MS }),
});

async function soak(stage: Scene): Promise<void> {
  const { server, people } = stage;
  const told = new Narrator(stage);
  const browser = await (await bundle(), launch());
  try {
    const pat = await Visitor.arrive("pat", browser, `${server.running.http}/#/guest`, {});
    await pat.comesAsGuest();
    await stage.meets("pat");
    const gus = new Wanderer(server);
    await gus.registers();
    for (let round = 0; round < ROUNDS; round++) {
      const pause = new Promise((resolve) => setTimeout(resolve, ROUND_MS));
      if (round % 4 === 0) {
        await gus.comes();
        await stage.meets("gus");
      }
      await everybodyTalks(stage, told, pat, round);
      await somebodyWhispers(stage, round);
      if (round % 4 === 2) {
        await gus.goes();
        await stage.parts("gus");
      }
      if (round % 10 === 5) {
        const person = people[round % people.length]!;
        await stage.goes(person);
        await stage.comes(person);
      }
      await pause;
    }
    await gus.comes();
    await stage.meets("gus");
    assertEquals(
      told.ids.length,
      ROUNDS * (people.length + 1) + told.pictures,
      "nobody's message is missing",
    );
    assertEquals(await gus.ids(), told.ids, "gus, who was away every other time");
    assertEquals(await historyOf(stage), told.ids, "history");
    await pat.reads(`pat says ${ROUNDS - 1}`);
    assertEquals(await shownBy(pat, told.ids.length), told.ids, "the page");
    assertEquals(pat.complaints, []);
  } finally {
    await browser.close();
  }
}

/** All at once, and every third time one of them with a picture. */
async function everybodyTalks(stage: Scene, told: Narrator, pat: Visitor, round: number): Promise<void> {
  const { people, others, whoCan, upToDate } = stage;
  const painter = round % 3 === 0 ? whoCan("picture")[round / 3 % whoCan("picture").length] : undefined;
  const bytes = pngOf(8 + round, 8);
  // What these two are shown is read for the answer, or would be taken for one message with what they said before.
  const waits = painter && ["persontalk", "codes"].includes(painter.language);
  const paints = async () => await painter?.does.picture?.(`round-${round}.png`, bytes);
  const talks = async (person: Person) => {
    // Whom its user selects is who is in its window.
    if (person.language === "codes") await upToDate(person);
    await person.does.message!(`${person.name} says ${round}`, others(person.name));
  };
  await Promise.all([
    ...people.map(talks),
    pat.says(`pat says ${round}`),
    ...(waits ? [] : [paints()]),
  ]);
  await told.messages(people.length + 1 + (painter && !waits ? 1 : 0), bytes);
  if (!painter || !waits) return;
  await upToDate(painter);
  await paints();
  await told.messages(1, bytes);
}

/** One of them writes to another one in private, whom it reaches before anything that is said afterwards. */
async function somebodyWhispers(
  { people, whoCan, tells, upToDate }: Scene,
  round: number,
): Promise<void> {
  const speakers = whoCan("private message");
  const speaker = speakers[round % speakers.length]!;
  const hearers = people.filter((each) => each !== speaker);
  const hearer: Person = hearers[Math.floor(round / speakers.length) % hearers.length]!;
  const hello = `psst ${round}, ${hearer.name}`;
  await speaker.does["private message"]!(hearer.name, hello);
  tells("private message", { alice: speaker.name, bob: hearer.name, hello }, { to: hearer.name });
  await upToDate(hearer);
}

/** Tells everybody what zoe hears, in the order in which she hears it: so they are to see it. */
class Narrator {
  /** Of all messages in the room. */
  readonly ids: string[] = [];
  pictures = 0;
  readonly #stage: Scene;

  constructor(stage: Scene) {
    this.#stage = stage;
  }

  /** The next so many messages; `bytes` are those of the picture among them. */
  async messages(count: number, bytes: Uint8Array): Promise<void> {
    const { hears, tells } = this.#stage;
    for (let left = count; left > 0; left--) {
      const { id, from, text, file } = await hears({ event: "message", room: "lobby" });
      this.ids.push(id);
      if (!file) tells("message", { alice: from, hello: text }, { by: from });
      else {
        this.pictures++;
        const given = { alice: from, ID: file.id, 5000: String(file.size), "cat.png": file.name };
        tells("picture", given, { by: from, bytes });
      }
    }
  }
}

/** Somebody whose connection is lost again and again, and who asks each time for what was missed. */
class Wanderer {
  readonly #server: TestServer;
  #peer!: Peer;
  #session: Line = {};
  /** Of all messages in the room, as they came. */
  readonly #seen: string[] = [];
  #since = 0;

  constructor(server: TestServer) {
    this.#server = server;
  }

  async registers(): Promise<void> {
    const password = "wander-lust-cord-7";
    const peer = await this.#server.connect();
    await peer.asks("register", { username: "gus", nickname: "gus", password });
    this.#session = await peer.asks("login", { username: "gus", password, offline: true });
    this.#since = this.#session.last;
    peer.close();
  }

  async comes(): Promise<void> {
    this.#peer = await this.#server.connect("websocket");
    const { token, epoch } = this.#session;
    const { recovered } = await this.#peer.asks("resume", { token, epoch, since: this.#since });
    assertEquals(recovered, true);
  }

  async goes(): Promise<void> {
    await this.#take();
    this.#peer.close();
    await this.#peer.ended;
  }

  async ids(): Promise<string[]> {
    await this.#take();
    return this.#seen;
  }

  /** Looks at everything that has come. */
  async #take(): Promise<void> {
    await this.#peer.asks("ping");
    for (const { event, id, room, seq } of this.#peer.events.splice(0)) {
      if (event === "message" && room === "lobby") this.#seen.push(id);
      this.#since = Math.max(this.#since, seq ?? 0);
    }
  }
}

async function historyOf({ zoe }: Scene): Promise<string[]> {
  const ids: string[] = [];
  for (let more = true; more;) {
    const page: Line = await zoe.asks("history", {
      room: "lobby",
      limit: 200,
      ...(ids[0] && { before: ids[0] }),
    });
    ids.unshift(...page.messages.map(({ id }: Line) => id));
    more = page.more;
  }
  return ids;
}

/** The messages of the page in their order, as somebody sees them who scrolls up to the first, again if any was passed too fast. */
async function shownBy({ page }: Visitor, count: number): Promise<string[]> {
  const box = page.getByRole("region", { name: "Messages" });
  const found = new Map<number, string>();
  for (let sweep = 0; sweep < SWEEPS_MAX && found.size < count; sweep++) {
    await box.evaluate((element) => element.scrollTop = element.scrollHeight);
    for (let top = Infinity; top > 0;) {
      const rows = await box.locator(".log-row:has([data-id])").evaluateAll((all) =>
        all.map((row) =>
          [
            Number(row.getAttribute("data-index")),
            row.querySelector("[data-id]")!.getAttribute("data-id")!,
          ] as const
        )
      );
      for (const [index, id] of rows) found.set(index, id);
      top = await box.evaluate((element) => {
        const before = element.scrollTop;
        element.scrollTop -= element.clientHeight / 2;
        return new Promise<number>((resolve) =>
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(before)))
        );
      });
    }
  }
  return Array.from(found).sort(([one], [other]) => one - other).map(([, id]) => id);
}
