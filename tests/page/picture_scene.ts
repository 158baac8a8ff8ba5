/** What people say and send in the pictures of the page, in each of its languages. */
import { Connection } from "../../client/connection/connection.ts";
import { webSocketLink } from "../../client/connection/websocket_link.ts";
import type { Language } from "../../client/web/state/preferences.ts";
import { md5Of, pngOf } from "../support/sample_files.ts";

/** The password of everybody in the pictures. */
export const PASSWORD = "plug jack cord 7";

/** Who is in the pictures, and what they talk about. */
interface Scene {
  /** The first one's page is pictured. */
  people: readonly [string, string, string, string];
  room: string;
  quietRoom: string;
  lobby: readonly (readonly [who: 0 | 1 | 2 | 3, text: string])[];
  /** The place in `lobby` that is answered, and the answer. */
  quoted: readonly [number, 0 | 1 | 2 | 3, string];
  picture: string;
  file: string;
  private: readonly (readonly [who: 0 | 1, text: string])[];
  offered: string;
  mention: string;
  search: string;
}

/** The same afternoon, twice. */
export const SCENES: Record<Language, Scene> = {
  en: {
    people: ["Ada", "Ben", "Chloe", "Dmitri"],
    room: "harbour",
    quietRoom: "release",
    lobby: [
      [1, "Good afternoon. The new line to the harbour office is up."],
      [2, "Nice! How long did it take in the end?"],
      [
        1,
        "Two hours, most of it **finding the right socket**. What helped:\n- one lamp at a time\n- a list of what is plugged in where",
      ],
      [
        0,
        "I wrote it down, so the next one takes ten minutes:\n```sh\nswitchboard --http 9000 --data /srv/chat\n```",
      ],
      [3, "Works here too. `nc 127.0.0.1 8023` says hello back."],
      [0, "Lunch at one?"],
    ],
    quoted: [0, 2, "And the other end, who looks after it?"],
    picture: "harbour.png",
    file: "sockets.txt",
    private: [
      [1, "Do you have the plan of the second floor?"],
      [0, "The one from spring. Is that new enough?"],
      [1, "It is. Thank you!"],
      [0, "On its way."],
    ],
    offered: "second floor.png",
    mention: "@Ada the crane is back on Monday",
    search: "harbour",
  },
  zh: {
    people: ["林晓雨", "陈明", "小芳", "老张"],
    room: "港口办公室",
    quietRoom: "发布",
    lobby: [
      [1, "下午好，通到港口办公室的新线路接好了。"],
      [2, "太好了！最后花了多久？"],
      [1, "两个小时，大部分时间在**找对插孔**。管用的办法：\n- 一次只看一盏灯\n- 把哪根线插在哪里记下来"],
      [0, "我写下来了，下次十分钟就够：\n```sh\nswitchboard --http 9000 --data /srv/chat\n```"],
      [3, "我这边也通了，`nc 127.0.0.1 8023` 有回应。"],
      [0, "一点钟一起吃饭？"],
    ],
    quoted: [0, 2, "另一头谁来照看？"],
    picture: "港口.png",
    file: "插孔清单.txt",
    private: [
      [1, "二楼的平面图你有吗？"],
      [0, "有春天那一版，够新吗？"],
      [1, "够了，谢谢！"],
      [0, "这就发给你。"],
    ],
    offered: "二楼平面图.png",
    mention: "@林晓雨 吊车周一回来",
    search: "港口",
  },
};

/** Everybody, at their terminals. */
export interface Cast {
  /** Somebody writes in the lobby, and in private to the first one. */
  type(): Promise<void>;
  end(): void;
}

/** Has everybody come in, say and send what they do. `url`: the server's. */
export async function perform(url: string, language: Language): Promise<Cast> {
  const scene = SCENES[language];
  const cast: Connection[] = [];
  for (const name of scene.people) cast.push(await signIn(url, name)); // the first to come owns the lobby
  const [first, second, third] = cast as [Connection, Connection, Connection];
  for (const each of [first, second, third]) await each.ask("enter", { room: scene.room });
  for (const each of [second, first]) await each.ask("enter", { room: scene.quietRoom });
  await upload(second, { room: "lobby" }, scene.picture, pngOf(480, 200));
  await upload(cast[3]!, { room: "lobby" }, scene.file, new TextEncoder().encode("A1 A2 B7\n"));
  const ids: string[] = [];
  for (const [who, text] of scene.lobby) {
    ids.push((await cast[who]!.ask("send", { room: "lobby", text })).id);
  }
  const [answered, who, answer] = scene.quoted;
  await cast[who]!.ask("send", { room: "lobby", text: answer, reply: ids[answered]! });
  for (const each of [first, third]) await each.ask("react", { message: ids[0]!, emoji: "🎉", on: true });
  await cast[3]!.ask("react", { message: ids[0]!, emoji: "👍", on: true });
  await second.ask("react", { message: ids[5]!, emoji: "👍", on: true });
  let last = "";
  for (const [who, text] of scene.private) {
    last = (await cast[who]!.ask("send", { to: scene.people[1 - who]!, text })).id;
  }
  await upload(first, { to: scene.people[1] }, scene.offered, pngOf(320, 160));
  await second.ask("read", { with: scene.people[0], message: last });
  await third.ask("send", { to: scene.people[0], text: scene.mention });
  await third.ask("send", { room: scene.room, text: scene.mention });
  return {
    async type() {
      await third.ask("typing", { room: "lobby" });
      await second.ask("typing", { to: scene.people[0] });
    },
    end: () => cast.forEach((each) => each.close()),
  };
}

async function signIn(url: string, name: string): Promise<Connection> {
  const open = webSocketLink(`${url.replace("http", "ws")}/ws`);
  const connection = await new Connection({ open, reconnect: false }).connect();
  await connection.ask("register", { username: name, nickname: name, password: PASSWORD });
  await connection.ask("login", { username: name, password: PASSWORD });
  return connection;
}

async function upload(
  by: Connection,
  where: { room: string } | { to: string },
  name: string,
  data: Uint8Array,
): Promise<void> {
  const announced = { ...where, name, size: data.length, md5: md5Of(data) };
  const { file, offset } = await by.ask("upload", announced);
  await by.ask("chunk", { file, offset, data });
  await by.ask("finish", { file });
}
