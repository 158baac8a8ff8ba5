/**
 * Everybody with everybody: what a person of each language does is seen by a person of every other as docs/dialects.md says, word for
 * word. What is sent is in matrix_files_test.ts, who comes and goes in matrix_rooms_test.ts.
 */
import { assertEquals } from "../support/assert.ts";
import { OVERVIEW, SHOWN, shownOf } from "./dialect_words.ts";
import type { Deed, Person } from "./matrix_person.ts";
import type { Line } from "../support/harness.ts";
import { scene } from "./matrix_scene.ts";

/** What is said, and how it is shown to those who would take it for something else. */
const TEXTS: readonly { readonly text: string; readonly shown?: Readonly<Record<string, string>> }[] = [
  { text: "hello, 你好 👍" },
  { text: "tabs\tand; semicolons;" },
  { text: "a__END___b__DIV___c", shown: { wetalk: "a__@END___b__@DIV___c" } },
  { text: "[ bob ] : x" },
  { text: 'a<b & <script>alert(1)</script><img src=x onerror="alert(1)"> &lt;' },
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
        await speaker.does.message!(text, others(speaker.name));
        await zoe.hears({ event: "message", from: speaker.name, room: "lobby", text });
      }
      for (const hearer of people) {
        const own = hearer === speaker;
        if (own && !hearer.echoes("message")) continue;
        for (const { text, shown } of texts) {
          const given = { alice: speaker.name, hello: shown?.[hearer.language] ?? text };
          const [words] = shownOf(hearer.language, "message");
          sees(hearer, () => hearer.hears(words!, given, { own, online: [] }));
        }
      }
    }
  }));

Deno.test("matrix: a private message is seen by the one whom it is for, and by nobody else", () =>
  scene(async ({ people, whoCan, says, tells, upToDate }) => {
    for (const speaker of whoCan("private message")) {
      for (const hearer of people.filter((each) => each !== speaker)) {
        const hello = `psst, ${hearer.name}; 你好`;
        await speaker.does["private message"]!(hearer.name, hello);
        tells("private message", { alice: speaker.name, bob: hearer.name, hello }, { to: hearer.name });
        if (speaker.oneByOne) await upToDate(hearer);
      }
      // What a program has asked before is decided when everybody hears this.
      await says(speaker, `${speaker.name} is done`);
    }
  }));

Deno.test("matrix: a message taken back, changed, and reacted to", () =>
  scene(async ({ whoCan, says, zoe, tells }) => {
    const happens = async (
      person: Person,
      deed: "recall" | "edit" | "reaction" | "reaction taken back",
      id: string,
    ) => {
      const [does, emoji] = [person.does[deed]!, "🎉"];
      await does(id, deed === "edit" ? "another text" : emoji);
      const names = { recall: "recalled", edit: "edited" } as Record<string, string>;
      await zoe.hears({ event: names[deed] ?? "reacted", id, from: person.name });
      const given = { alice: person.name, bob: person.name, "the new text": "another text", "👍": emoji };
      tells(deed, given, { by: person.name });
    };
    for (const person of whoCan("edit")) {
      const { id } = await says(person, "what I say");
      for (const deed of ["edit", "reaction", "reaction taken back"] as const) {
        await happens(person, deed, id);
      }
    }
    for (const person of whoCan("recall")) {
      const { id } = await says(person, "what I do not mean");
      await happens(person, "recall", id);
    }
  }));

Deno.test("matrix: a private message taken back, changed, and reacted to, and nobody else sees it", () =>
  scene(async ({ people, whoCan, says, zoe, tells }) => {
    for (const person of whoCan("edit")) {
      for (const { name } of people.filter((each) => each !== person)) {
        const given = {
          alice: person.name,
          bob: name,
          "the new text": "another text",
          "👍": "🎉",
          hello: "psst",
        };
        const { id } = await (person.does["private message"]!(name, "psst") as Promise<Line>);
        tells("private message", given, { to: name });
        for (const [deed, what] of [["edit", "another text"], ["reaction", "🎉"], ["recall", ""]] as const) {
          await person.does[deed]!(id, what);
          tells(`${deed} in private`, given, { to: name });
        }
      }
      await says(person, "that is all");
    }
    await zoe.hearsNothing();
  }));

Deno.test("matrix: somebody has another nickname, and what they say next is under it", () =>
  scene(async ({ zoe, zoeIs, tells }) => {
    await zoeIs("Zoe Z");
    await zoe.asks("send", { room: "lobby", text: "it is me" });
    tells("message", { alice: "Zoe Z", hello: "it is me" });
    await zoeIs("zoe");
  }));

Deno.test("matrix: what can't be done is told to whoever asked, and to nobody else", () =>
  scene(async ({ people, sees, upToDate }) => {
    for (const person of people) sees(person, () => person.errs());
    await Promise.all(people.map(upToDate));
  }));

const EACH = 20;

Deno.test("matrix: all speak at once, and everybody sees all of it once and in the order of history", () =>
  scene(async ({ people, zoe, others, tells }) => {
    const said = (person: Person) => Array.from({ length: EACH }, (_, n) => `${person.name} says ${n}`);
    const heard: { from: string; text: string }[] = [];
    const decided = new Map<string, PromiseWithResolvers<void>>(
      people.flatMap(said).map((text) => [text, Promise.withResolvers<void>()]),
    );
    const speaking = people.map(async (person) => {
      for (const text of said(person)) {
        await person.does.message!(text, others(person.name));
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
    for (const { from, text } of heard) tells("message", { alice: from, hello: text }, { by: from });
  }));

/** What everybody does by being there. */
const BY_BEING_THERE = ["enter", "leave", "owner"];
/** What nobody else sees. */
const OF_ONES_OWN = ["online list", "rename", "error"];

Deno.test("matrix: the overview says who can do what and who sees it, as it is", () =>
  scene(({ people }) => {
    const cellOf = (event: string, language: string) => {
      const speakers = people.filter((each) => each.language === language);
      const can = BY_BEING_THERE.includes(event) || speakers.every(({ does }) => does[event as Deed]);
      const does = can && !OF_ONES_OWN.includes(event);
      const sees = shownOf(language, event).length > 0;
      return [does ? "does" : "", sees ? "sees" : ""].filter(Boolean).join(", ") || "–";
    };
    const rows = Array.from(OVERVIEW, ([event, row]) => [event, ...row.values()].join(" | "));
    const right = Array.from(OVERVIEW, ([event, row]) =>
      [event, ...Array.from(row.keys(), (language) => cellOf(event, language))].join(" | "));
    assertEquals(rows, right);
    const languages = new Set(people.map(({ language }) =>
      language
    ));
    assertEquals(new Set(SHOWN.keys()), languages, "every section has its person");
    const deeds = new Set(people.flatMap(({ does }) => Object.keys(does)));
    assertEquals([...deeds].filter((deed) => !OVERVIEW.has(deed)), [], "every deed has its row");
    return Promise.resolve();
  }));
