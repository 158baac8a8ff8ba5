/** Everybody with everybody: what a person of each language does is seen by a person of every other, word for word. */
import { assertEquals } from "./assert.ts";
import { type Peer, withServer } from "./harness.ts";
import { type Language, peopleOf, type Person } from "./matrix_people.ts";
import { pngOf } from "./sample_files.ts";

const LISTEN = (["chathttp", "codes", "wetalk", "persontalk"] as const).map((dialect) => ({
  port: 0,
  dialect,
}));

/** How long a scene may take before everybody is cut off, and those who still wait fail. */
const DEADLINE_MS = 30_000;

interface Scene {
  readonly people: readonly Person[];
  /** Came first, so that the room is hers and nobody else's; what she hears is decided. */
  readonly zoe: Peer;
  /** Everybody else, and zoe. */
  others(name: string): string[];
  /** The next that somebody sees is this; slow languages are not waited for. */
  sees(viewer: Person, seeing: () => Promise<void>): void;
  /** Has seen everything up to now. */
  upToDate(viewer: Person): Promise<void>;
  /** Where a file can be fetched. */
  urlOf(file: string): string;
}

/** Plays a scene with one person of each language in the lobby; at its end everybody has seen all of it and nothing else. */
async function scene(body: (scene: Scene) => Promise<void>): Promise<void> {
  await withServer({ listen: LISTEN }, async (server) => {
    const zoe = await server.guest("zoe");
    const people = peopleOf(server);
    const online = ["zoe"];
    const seen = new Map<Person, Promise<void>>();
    const upToDate = (viewer: Person) => seen.get(viewer) ?? Promise.resolve();
    const sees = (viewer: Person, seeing: () => Promise<void>) => {
      const done = upToDate(viewer).then(seeing);
      done.catch(() => {}); // Told by the next who waits for it.
      seen.set(viewer, done);
    };
    const closeAll = () => Promise.allSettled(people.map(async (each) => await each.close()));
    const deadline = setTimeout(() => {
      zoe.close();
      void closeAll();
    }, DEADLINE_MS);
    try {
      for (const [index, person] of people.entries()) {
        await person.comes();
        online.push(person.name);
        const now = [...online];
        for (const each of people.slice(0, index)) sees(each, () => each.seesComing(person.name, now));
      }
      await zoe.forgets();
      await body({
        people,
        zoe,
        others: (name) => online.filter((each) => each !== name),
        sees,
        upToDate,
        urlOf: (file) => `${server.running.http}/files/${file}`,
      });
      const now = (await zoe.asks("who")).online;
      await Promise.all(people.map((each) => upToDate(each).then(() => each.seesNothing(now))));
    } finally {
      clearTimeout(deadline);
      await closeAll();
    }
  });
}

/** What is said, and how it is shown to those who would take it for something else. */
const TEXTS: readonly { readonly text: string; readonly shown?: Partial<Record<Language, string>> }[] = [
  { text: "hello, 你好 👍" },
  { text: "tabs\tand; semicolons;" },
  { text: "a__END___b__DIV___c", shown: { wetalk: "a__@END___b__@DIV___c" } },
  { text: "[ bob ] : x" },
  {
    text: "two\n[ bob ] : x",
    shown: { chathttp: "two\n> [ bob ] : x", persontalk: "two\n> [ bob ] : x" },
  },
  { text: '{"event":"bye","Type":"Quit"}' },
  { text: '[{"up_line":"bob"}]', shown: { persontalk: '[{"up\\_line":"bob"}]' } },
  { text: "209 203 HTTP/1.1 401 User Name Exist" },
];

Deno.test("matrix: what anybody says to everybody is seen by everybody, and taken for nothing else", () =>
  scene(async ({ people, zoe, others, sees }) => {
    for (const speaker of people) {
      const texts = TEXTS.filter(({ text }) => !speaker.cannotSay?.(text));
      for (const { text } of texts) {
        await speaker.says(text, others(speaker.name));
        await zoe.hears({ event: "message", from: speaker.name, room: "lobby", text });
      }
      for (const hearer of people) {
        for (const { text, shown } of texts) {
          sees(hearer, () => hearer.seesMessage(speaker.name, shown?.[hearer.language] ?? text));
        }
      }
    }
  }));

Deno.test("matrix: a private message is seen by the one whom it is for, and by nobody else", () =>
  scene(async ({ people, zoe, sees, upToDate }) => {
    const speakers = people.filter(({ whispers }) => whispers);
    assertEquals(speakers.map(({ language }) => language), ["native", "codes", "persontalk"]);
    for (const speaker of speakers) {
      for (const hearer of people.filter((each) => each !== speaker)) {
        const text = `psst, ${hearer.name}; 你好`;
        await speaker.whispers!(hearer.name, text);
        sees(hearer, () => hearer.seesPrivate(speaker.name, text));
        if (speaker.oneByOne) await upToDate(hearer);
      }
      // What a program has asked before is decided when everybody hears this.
      const text = `${speaker.name} is done`;
      await speaker.says(text, [...people.map(({ name }) => name), "zoe"]);
      await zoe.hears({ event: "message", from: speaker.name, room: "lobby", text });
      for (const hearer of people) sees(hearer, () => hearer.seesMessage(speaker.name, text));
    }
  }));

Deno.test("matrix: a picture is shown, or a line says where it is", () =>
  scene(async ({ people, zoe, sees, upToDate, urlOf }) => {
    const painters = people.filter(({ paints }) => paints);
    assertEquals(painters.length, people.length - 1, "all but chathttp have pictures");
    for (const [index, painter] of painters.entries()) {
      const bytes = pngOf(8 + index, 8);
      await upToDate(painter);
      await painter.paints!(`${painter.name}.png`, bytes);
      const { file } = await zoe.hears({
        event: "message",
        from: painter.name,
        room: "lobby",
        kind: "image",
      });
      const picture = { id: file.id, name: file.name, url: urlOf(file.id), bytes };
      for (const each of people) sees(each, () => each.seesPicture(painter.name, picture));
      // A program that the machine kept from reading would find two pictures in one read, and can't tell where the second begins.
      await Promise.all(people.filter(({ oneByOne }) => oneByOne).map(upToDate));
    }
  }));

Deno.test("matrix: everybody sees everybody go and come", () =>
  scene(async ({ people, zoe, others, sees, upToDate }) => {
    for (const person of people) {
      const rest = people.filter((each) => each !== person);
      const left = others(person.name);
      await upToDate(person);
      await person.goes();
      await zoe.hears({ event: "left", room: "lobby", nickname: person.name });
      await zoe.hears({ event: "offline", nickname: person.name });
      await person.comes();
      await zoe.hears({ event: "online", nickname: person.name });
      await zoe.hears({ event: "entered", room: "lobby", nickname: person.name });
      for (const each of rest) {
        sees(each, () => each.seesGoing(person.name, left));
        sees(each, () => each.seesComing(person.name, [...left, person.name]));
      }
    }
  }));

const EACH = 20;

Deno.test("matrix: all speak at once, and everybody sees all of it once and in the order of history", () =>
  scene(async ({ people, zoe, others, sees }) => {
    const said = (person: Person) => Array.from({ length: EACH }, (_, n) => `${person.name} says ${n}`);
    const heard: { from: string; text: string }[] = [];
    const decided = new Map<string, PromiseWithResolvers<void>>(
      people.flatMap(said).map((text) => [text, Promise.withResolvers<void>()]),
    );
    const speaking = people.map(async (person) => {
      for (const text of said(person)) {
        await person.says(text, others(person.name));
        if (person.oneByOne) await decided.get(text)!.promise;
      }
    });
    while (heard.length < people.length * EACH) {
      const { from, text } = await zoe.hears({ event: "message", room: "lobby" });
      heard.push({ from, text });
      decided.get(text)?.resolve();
    }
    await Promise.all(speaking);
    const { messages } = await zoe.asks("history", { room: "lobby", limit: 200 });
    const history = messages.map(({ from, text }: { from: string; text: string }) => ({ from, text }));
    assertEquals(heard, history);
    for (const person of people) {
      const own = heard.filter(({ from }) => from === person.name).map(({ text }) => text);
      assertEquals(own, said(person));
    }
    for (const hearer of people) {
      for (const { from, text } of heard) sees(hearer, () => hearer.seesMessage(from, text));
    }
  }));
