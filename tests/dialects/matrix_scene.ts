/** The lobby with one person of each language in it, and everything that each of them is to see, in its order. */
import { assertMatches } from "../support/assert.ts";
import { type Given, type Shown, shownOf } from "./dialect_words.ts";
import { type Line, type Peer, type TestServer, withServer } from "../support/harness.ts";
import { IrcPerson } from "./matrix_irc.ts";
import { NativePerson, PersontalkPerson, RoomchatPerson } from "./matrix_people.ts";
import type { Deed, Person } from "./matrix_person.ts";
import { slowed } from "../support/slow_line.ts";
import { ChatHttpPerson, CodesPerson, WeTalkPerson } from "./matrix_programs.ts";

/** How long a scene may take before everybody is cut off, and those who still wait fail, unless it says otherwise. */
const DEADLINE_MS = 45_000;

/** A name for each person, in the order of {@link peopleOf}. */
export type Names = readonly [string, string, string, string, string, string, string, string];
const NAMES: Names = ["dave", "wera", "hugo", "mary", "wen", "pia", "rob", "ira"];

/** What a scene may have of its own. */
interface SceneOptions {
  names?: Names;
  deadlineMs?: number;
  /** Everybody but zoe is behind a slow line. */
  slow?: boolean;
  cast?: Cast;
  natives?: "guest" | "member";
}

/** Who plays: those whose language has no accounts and natives as guests, the others and natives with one, or everybody. */
type Cast = "guests" | "accounts" | "everybody";

/** Makes one person of each language; nobody has come yet. */
function peopleOf(server: TestServer, names: Names, cast: Cast, natives: "guest" | "member"): Person[] {
  const guests = [
    new ChatHttpPerson(server, names[2]),
    new WeTalkPerson(server, names[4]),
    new RoomchatPerson(server, names[6]),
  ];
  const accounts = [
    new CodesPerson(server, names[3]),
    new PersontalkPerson(server, names[5]),
    new IrcPerson(server, names[7]),
  ];
  return [
    new NativePerson(server, names[0], "tcp", natives),
    new NativePerson(server, names[1], "websocket", natives),
    ...(cast === "accounts" ? [] : guests),
    ...(cast === "guests" ? [] : accounts),
  ];
}

/** Plays a scene; at its end everybody has seen all of it and nothing else. */
export async function scene(
  body: (scene: Scene) => Promise<void>,
  { names = NAMES, deadlineMs = DEADLINE_MS, slow = false, cast = "everybody", natives = "guest" }:
    SceneOptions = {},
): Promise<void> {
  const dialects = ["chathttp", "codes", "wetalk", "persontalk", "irc"] as const;
  await withServer(
    { listen: dialects.map((dialect) => ({ port: 0, dialect })) },
    async (server) => {
      await using lines = slow ? slowed(server.running) : undefined;
      const people = peopleOf(lines ? server.reachedAt(lines) : server, names, cast, natives);
      // An account goes before guests, so that the lobby stays hers.
      const zoeComes = () => cast === "guests" ? server.guest("zoe") : server.member("zoe");
      const stage = new Scene(server, zoeComes, await zoeComes(), people);
      const closeAll = () => Promise.allSettled(people.map(async (each) => await each.close()));
      const deadline = setTimeout(() => {
        stage.zoe.close();
        void closeAll();
      }, deadlineMs);
      try {
        for (const person of people) await stage.comes(person);
        await body(stage);
        await stage.ends();
      } finally {
        clearTimeout(deadline);
        await closeAll();
      }
    },
    {},
    deadlineMs + 15_000,
  );
}

/** What happens, as it is told. */
interface Happening {
  /** Whose doing it is; most languages do not show it to them. */
  readonly by?: string;
  readonly bytes?: Uint8Array;
  /** The only one who sees it; otherwise everybody does. */
  readonly to?: string;
}

/** What a test of the matrix plays in. */
export class Scene {
  /** Came first, so that the room is hers and nobody else's; what she hears is decided. */
  zoe: Peer;
  /** Who is online, in the order of their coming. */
  readonly online = ["zoe"];
  /** Who is in the lobby, likewise. */
  readonly #lobby = ["zoe"];
  readonly #here = new Set<Person>();
  readonly #seen = new Map<Person, Promise<void>>();

  constructor(
    readonly server: TestServer,
    readonly zoeComes: () => Promise<Peer>,
    zoe: Peer,
    readonly people: readonly Person[],
  ) {
    this.zoe = zoe;
  }

  /** The people who can do something. */
  readonly whoCan = (deed: Deed): Person[] => this.people.filter(({ does }) => does[deed]);

  /** Everybody else, and zoe. */
  readonly others = (name: string): string[] => this.online.filter((each) => each !== name);

  /** Has seen everything up to now. */
  readonly upToDate = (viewer: Person): Promise<void> => this.#seen.get(viewer) ?? Promise.resolve();

  /** The next that somebody sees is this; slow languages are not waited for. */
  readonly sees = (viewer: Person, seeing: () => Promise<void>): void => {
    const done = this.upToDate(viewer).then(seeing);
    done.catch(() => {}); // Told by the next who waits for it.
    this.#seen.set(viewer, done);
  };

  /** Everybody is to see this next, in the words of docs/dialects.md. */
  readonly tells = (event: string, given: Given, { by, bytes, to }: Happening = {}): void => {
    for (const viewer of this.#here) {
      if (to !== undefined && viewer.name !== to) continue;
      const own = viewer.name === by;
      if (own && !viewer.echoes(event)) continue;
      const shown = (own ? viewer.ownWords?.(event) : undefined) ?? shownOf(viewer.language, event);
      // Nobody makes themselves the owner.
      this.#hears(viewer, shown, given, own && event !== "owner", bytes);
    }
  };

  /** Everybody else sees somebody come or go, from the room or the whole server, or both. */
  readonly tellsPresence = (event: "enter" | "leave", name: string, part?: "room" | "online"): void => {
    for (const viewer of this.#here) {
      const { presence, language } = viewer;
      if (viewer.name === name || (part && presence !== "both" && presence !== part)) continue;
      const isPart = ([words = ""]: Shown) => words.includes('"room"') === (part === "room");
      const shown = shownOf(language, event, part === "room" ? " of a room" : "");
      this.#hears(viewer, part && presence === "both" ? shown.filter(isPart) : shown, { alice: name });
    }
  };

  /** The next that zoe hears is this. That somebody types, as the page tells, is of the moment only. */
  readonly hears = async (expected: Line): Promise<Line> => {
    const event = await this.zoe.hears({});
    if (event.event === "typing") return await this.hears(expected);
    assertMatches(event, expected);
    return event;
  };

  /** Somebody comes, and everybody sees it. */
  readonly comes = async (person: Person): Promise<void> => {
    await this.meets(
      person.name,
      () => person.comes(namesTo(person, this.online), namesTo(person, this.#lobby)),
    );
    this.#here.add(person);
  };

  /** Somebody goes, and everybody sees it. */
  readonly goes = async (person: Person): Promise<void> => {
    await this.upToDate(person);
    this.#here.delete(person);
    await person.goes();
    await this.parts(person.name);
  };

  /** Somebody's connection breaks in the middle of a file, and everybody sees that they are gone. */
  readonly breaksOff = async (person: Person, name: string, bytes: Uint8Array): Promise<void> => {
    await this.upToDate(person);
    this.#here.delete(person);
    const sent = await person.breaksOff(name, bytes);
    if (sent) {
      const { file } = await this.hears({ event: "message", from: person.name, kind: "file" });
      const given = { alice: person.name, ID: file.id, 5000: String(sent.length), "notes.txt": file.name };
      this.tells("file", given, { by: person.name, bytes: sent });
    }
    await this.parts(person.name);
  };

  /** The server is stopped and started anew, everybody is told, and comes again. */
  readonly restarts = async (): Promise<void> => {
    await Promise.all(this.people.map((each) => this.upToDate(each)));
    const ends = Promise.all(this.people.map((each) => each.hearsTheEnd()));
    await Promise.all([this.server.restart(), ends]);
    await Promise.all(this.people.map((each) => each.close()));
    this.#here.clear();
    for (const list of [this.online, this.#lobby]) list.splice(0, Infinity, "zoe");
    this.zoe = await this.zoeComes();
    for (const person of this.people) await this.comes(person);
  };

  /** Whoever it is has come, or comes so, and everybody sees it. */
  readonly meets = async (name: string, coming?: () => Promise<void>): Promise<void> => {
    for (const list of [this.online, this.#lobby]) list.push(name);
    await coming?.();
    await this.hears({ event: "online", nickname: name });
    await this.hears({ event: "entered", room: "lobby", nickname: name });
    this.tellsPresence("enter", name);
  };

  /** Whoever it is has gone, and everybody sees it. */
  readonly parts = async (name: string): Promise<void> => {
    this.#forget(name);
    await this.hears({ event: "left", room: "lobby", nickname: name });
    await this.hears({ event: "offline", nickname: name });
    this.tellsPresence("leave", name);
  };

  /** The owner puts somebody out, who then goes altogether, and everybody sees it. */
  readonly putsOut = async (owner: Person, target: Person): Promise<void> => {
    await owner.does.kick!(target.name);
    await this.hears({ event: "kicked", room: "lobby", nickname: target.name, by: owner.name });
    const given = { alice: owner.name, bob: target.name };
    for (const viewer of this.#here) {
      if (viewer === owner && !viewer.echoes("kick")) continue;
      const more = viewer === target ? viewer.whenPutOut ?? [] : [];
      this.#hears(viewer, [...shownOf(viewer.language, "kick"), ...more], given, viewer === target);
    }
    await this.upToDate(target);
    this.#here.delete(target);
    this.#forget(target.name);
    await target.close();
    await this.hears({ event: "offline", nickname: target.name });
    this.tellsPresence("leave", target.name, "online");
  };

  /** Zoe goes out of the lobby, which somebody else may own then, and comes back: she has been there shortest. */
  readonly zoeIsLast = async (heir?: Person): Promise<void> => {
    await this.zoe.asks("leave", { room: "lobby" });
    this.tellsPresence("leave", "zoe", "room");
    if (heir) this.tells("owner", { alice: heir.name }, { by: heir.name });
    await this.zoe.asks("enter", { room: "lobby" });
    this.tellsPresence("enter", "zoe", "room");
    this.#lobby.push(...this.#lobby.splice(this.#lobby.indexOf("zoe"), 1));
  };

  /** Zoe has another nickname, and everybody sees it. */
  readonly zoeIs = async (now: string): Promise<void> => {
    const [before = ""] = this.online;
    await this.zoe.asks("account.nickname", { nickname: now });
    for (const list of [this.online, this.#lobby]) list.splice(list.indexOf(before), 1, now);
    this.tells("new nickname", { alice: before, bob: now });
  };

  /** Somebody says something in the lobby; gives the event of it. */
  readonly says = async (person: Person, text: string): Promise<Line> => {
    await person.does.message!(text, this.others(person.name));
    const event = await this.hears({ event: "message", from: person.name, room: "lobby", text });
    this.tells("message", { alice: person.name, hello: text }, { by: person.name });
    return event;
  };

  /** Everybody has seen everything, and nothing else. */
  async ends(): Promise<void> {
    await Promise.all(this.people.map(async (each) => {
      await this.upToDate(each);
      await each.hearsNothing(namesTo(each, this.online), namesTo(each, this.#lobby));
    }));
  }

  #hears(viewer: Person, shown: readonly Shown[], given: Given, own = false, bytes?: Uint8Array): void {
    const seen = { own, online: [...this.online], ...(bytes && { bytes }) };
    const named = { "http://…": this.server.running.http, ...given };
    const [alice, bob] = namesTo(viewer, [given.alice ?? "", given.bob ?? ""]);
    this.sees(viewer, async () => {
      for (const each of shown) {
        await viewer.hears(each, { ...named, ...(alice && { alice }), ...(bob && { bob }) }, seen);
      }
    });
  }

  #forget(name: string): void {
    for (const list of [this.online, this.#lobby]) list.splice(list.indexOf(name), 1);
  }
}

/** Names as a viewer's language shows them. */
function namesTo(viewer: Person, names: readonly string[]): string[] {
  return names.map((name) => viewer.nameShown?.(name) ?? name);
}
