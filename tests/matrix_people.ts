/** One person of each language in the lobby: what they can do, and word for word what they see (docs/dialects.md). */
import type { Running } from "../server/serve.ts";
import { assertEquals, assertTrue } from "./assert.ts";
import { ChatHttpClient } from "./clients/chathttp_client.ts";
import { CodesClient } from "./clients/codes_client.ts";
import { md5, PersonTalkClient } from "./clients/persontalk_client.ts";
import { RoomchatClient } from "./clients/roomchat_client.ts";
import { WeTalkClient } from "./clients/wetalk_client.ts";
import { fetchFile, sendFile } from "./file_lines.ts";
import { PASSWORD, type Peer, type TestServer } from "./harness.ts";

/** A picture as everybody could know it. */
export interface Picture {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly bytes: Uint8Array;
}

/** The languages. */
export type Language = "native" | "chathttp" | "codes" | "wetalk" | "persontalk" | "roomchat";

/** Somebody, whichever language they speak. */
export interface Person {
  readonly language: Language;
  readonly name: string;
  comes(): Promise<void>;
  goes(): Promise<void>;
  /** Ends the connection, if there is one, whatever state it is in. */
  close(): Promise<void> | void;
  /** Says something to everybody; `others`: who else is there. */
  says(text: string, others: readonly string[]): unknown;
  /** What this language has no way to say. */
  cannotSay?(text: string): boolean;
  /** Only time tells its messages apart: each is to be decided before the next. */
  readonly oneByOne?: true;
  whispers?(to: string, text: string): unknown;
  /** Sends a picture to everybody; its name counts where the language has names. */
  paints?(name: string, bytes: Uint8Array): unknown;
  /** The next that they see is this; of their own doing, what the language shows of it. */
  seesMessage(from: string, text: string): Promise<void>;
  seesPrivate(from: string, text: string): Promise<void>;
  seesPicture(from: string, picture: Picture): Promise<void>;
  seesComing(name: string, online: readonly string[]): Promise<void>;
  seesGoing(name: string, online: readonly string[]): Promise<void>;
  /** Nothing else was shown. */
  seesNothing(online: readonly string[]): Promise<void>;
}

/** Makes one person of each language; nobody has come yet. */
export function peopleOf(server: TestServer): Person[] {
  const { running } = server;
  return [
    nativePerson(server, "dave"),
    chathttpPerson(running, "hugo"),
    codesPerson(running, "mary"),
    wetalkPerson(running, "wen"),
    persontalkPerson(running, "pia"),
    roomchatPerson(running, "rob"),
  ];
}

function nativePerson(server: TestServer, name: string): Person {
  let peer: Peer;
  return {
    language: "native",
    name,
    comes: async () => void (peer = await (await server.guest(name)).forgets()),
    async goes() {
      peer.close();
      await peer.ended;
    },
    close: () => peer?.close(),
    says: (text) => peer.asks("send", { room: "lobby", text }),
    whispers: (to, text) => peer.asks("send", { to, text }),
    paints: (file, bytes) => sendFile(peer, { room: "lobby" }, file, bytes),
    async seesMessage(from, text) {
      if (from !== name) await peer.hears({ event: "message", from, room: "lobby", text, kind: "text" });
    },
    seesPrivate: async (from, text) => void await peer.hears({ event: "message", from, to: name, text }),
    async seesPicture(from, { id, bytes }) {
      if (from === name) return;
      const { file } = await peer.hears({ event: "message", from, room: "lobby", kind: "image" });
      assertEquals(file.id, id);
      assertEquals(await fetchFile(peer, id), bytes);
    },
    async seesComing(nickname) {
      await peer.hears({ event: "online", nickname });
      await peer.hears({ event: "entered", room: "lobby", nickname });
    },
    async seesGoing(nickname) {
      await peer.hears({ event: "left", room: "lobby", nickname });
      await peer.hears({ event: "offline", nickname });
    },
    seesNothing: () => peer.hearsNothing(),
  };
}

function chathttpPerson(running: Running, name: string): Person {
  let client: ChatHttpClient;
  return {
    language: "chathttp",
    name,
    comes: async () => void (client = await ChatHttpClient.enter(running, name)),
    goes: () => client.leave(),
    close: async () => await client?.close(),
    says: (text) => client.post(text),
    seesMessage: (from, text) => client.shows(`[ ${from} ] : ${text}`),
    seesPrivate: (from, text) => client.shows(`[ ${from} ] (private) : ${text}`),
    seesPicture: (from, picture) =>
      client.shows(`[ ${from} ] : has sent a picture, ${picture.name}: ${picture.url}`),
    seesComing: (nickname) => client.shows(`${nickname} has just entered the chat room...`),
    seesGoing: (nickname) => client.shows(`${nickname} has just left the chat room...`),
    seesNothing: (online) => client.showsNothing(...online),
  };
}

function codesPerson(running: Running, name: string): Person {
  let client: CodesClient;
  return {
    language: "codes",
    name,
    oneByOne: true,
    comes: async () => void (client = await (await CodesClient.enter(running, name)).forgets()),
    async goes() {
      client.says("100", name);
      await client.hears("203", name);
      await client.close();
    },
    close: async () => await client?.close(),
    says: (text, others) => client.says("106", others.join("\t"), text),
    whispers: (to, text) => client.says("106", to, text),
    paints: (_, bytes) => client.sends(new Uint8Array([...new TextEncoder().encode("109\r\n"), ...bytes])),
    async seesMessage(from, text) {
      if (from !== name) await client.hears("209", from, text);
    },
    seesPrivate: (from, text) => client.hears("209", from, text),
    async seesPicture(from, { bytes }) {
      if (from !== name) assertEquals(await client.hearsFile("200\r\n", bytes.length), bytes);
    },
    seesComing: (nickname) => client.hears("205", nickname),
    seesGoing: (nickname) => client.hears("203", nickname),
    seesNothing: (online) => client.hearsNothing(...online),
  };
}

function wetalkPerson(running: Running, name: string): Person {
  let client: WeTalkClient;
  return {
    language: "wetalk",
    name,
    async comes() {
      client = await WeTalkClient.connect(running);
      client.says("__LOGI__", name);
      while ((await client.next()).text !== `__USER__+${name}`);
      await client.forgets();
    },
    async goes() {
      client.says("__LOGO__", name);
      await client.hearsTheEnd();
      await client.close();
    },
    close: async () => await client?.close(),
    says: (text) => client.says("__MSG___", name, text),
    // These end its own messages and fields.
    cannotSay: (text) => /__(END|DIV)___/.test(text),
    paints(_, bytes) {
      client.says("__FACE__", name, String(bytes.length));
      client.sends(bytes);
    },
    seesMessage: async (from, text) => void await client.hears("__MSG___", from, text),
    seesPrivate: async (from, text) => void await client.hears("__MSG___", `${from}@private`, text),
    async seesPicture(from, picture) {
      // What was sent as a face has no name that anybody gave it.
      if (from !== name) await client.hears("__FNAME_", picture.name);
      const bytes = await client.hears("__FACE__", from, picture.id, String(picture.bytes.length));
      assertEquals(bytes, picture.bytes);
    },
    seesComing: async (nickname) => void await client.hears("__USER__", `+${nickname}`),
    seesGoing: async (nickname) => void await client.hears("__USER__", `-${nickname}`),
    seesNothing: () => client.hearsNothing(),
  };
}

function persontalkPerson(running: Running, name: string): Person {
  let client: PersonTalkClient | undefined;
  const program = () => client!;
  let registered = false;
  const seesPeople = async (online: readonly string[], change: Record<string, string>) => {
    const { active_people } = await program().object();
    assertEquals(active_people.toSorted(), online.toSorted());
    await program().hears(change);
  };
  return {
    language: "persontalk",
    name,
    async comes() {
      client = await PersonTalkClient.connect(running);
      if (!registered) {
        registered = true;
        await client.comesIn(name, PASSWORD);
        return;
      }
      await client.login(1, { user_name: name, password: md5(PASSWORD) }, 0);
      await client.hears({ welcome_uppeople: name });
      await client.object();
      await client.hears({ up_line: name });
    },
    async goes() {
      program().says({ login: 0, args: "exit" });
      await program().isOver();
    },
    close: () => client?.socket.close(),
    // Without the newline that ends a line in the other framing: here the length says where it ends.
    says: (text) => {
      const bytes = new TextEncoder().encode(text);
      program().sends(new TextEncoder().encode(String(bytes.length).padEnd(15) + text));
    },
    // It would be asking for something.
    cannotSay: (text) => text.startsWith("{"),
    whispers: (to, text) => program().says({ person_talk: to, oneTOone_news: text }),
    async paints(file, bytes) {
      const answer = await program().uploads("everyone", file, bytes);
      assertTrue(!("error" in answer), JSON.stringify(answer));
    },
    seesMessage: (from, text) => program().hears(`${from}:${text}`),
    seesPrivate: (from, text) =>
      program().hears({ person_talk: from, oneTOone_news: text, oneToone_talk: text }),
    async seesPicture(from, picture) {
      if (from === name) return;
      await program().hears(`* ${from} has sent a picture, ${picture.name}: ${picture.url}`);
    },
    seesComing: (nickname, online) => seesPeople(online, { up_line: nickname }),
    seesGoing: (nickname, online) => seesPeople(online, { down_line: nickname }),
    async seesNothing() {
      program().says({ nonsense: 1 });
      assertTrue((await program().next()).startsWith('* Cannot do "nonsense"'), "nothing else was shown");
    },
  };
}

function roomchatPerson(running: Running, name: string): Person {
  let client: RoomchatClient;
  const own = (from: string) => from === name ? 0 : 1;
  return {
    language: "roomchat",
    name,
    async comes() {
      client = await RoomchatClient.open(running);
      client.asks("Enter", `lobby;${name};`);
      await client.hears("Enter", name, 0);
    },
    async goes() {
      client.asks("Quit");
      await client.hears("Quit", name, 0);
      await client.drops();
    },
    close: async () => await client?.drops(),
    says: (text) => client.asks("Talk", text),
    paints: (_, bytes) => client.asks("Picture", bytes.toBase64()),
    seesMessage: (from, text) => client.hears("Talk", from, own(from), text),
    seesPrivate: (from, text) => client.hears("Talk", `${from}@private`, 1, text),
    seesPicture: (from, { bytes }) => client.hears("Picture", from, own(from), bytes.toBase64()),
    seesComing: (nickname) => client.hears("Enter", nickname, 1),
    seesGoing: (nickname) => client.hears("Quit", nickname, 1),
    seesNothing: () => client.hearsNothing(),
  };
}
