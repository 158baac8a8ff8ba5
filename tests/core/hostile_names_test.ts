/**
 * Names that would end a field, a line or a message: whoever wants one is told no in their own language, and nobody else hears of
 * it. Names that only look so are everybody's to have: matrix_rooms_test.ts.
 */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { ChatHttpClient } from "../dialects/clients/chathttp_client.ts";
import { CodesClient } from "../dialects/clients/codes_client.ts";
import { md5, PersonTalkClient } from "../dialects/clients/persontalk_client.ts";
import { RoomchatClient } from "../dialects/clients/roomchat_client.ts";
import { WeTalkClient } from "../dialects/clients/wetalk_client.ts";
import { PASSWORD, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";

const NAMES = [
  "a\tb",
  "a\r\nb",
  "a\r\rb",
  "a\nb",
  "a\0b",
  "a\u2028b",
  "a\u202eb",
  "bob@private",
  " a",
  "x".repeat(65),
];

/** What somebody is told who wants a name. */
type Wanting = (server: TestServer, names: readonly string[]) => Promise<string[]>;

const WANTING: Readonly<Record<string, Wanting>> = {
  async native(server, names) {
    const told: string[] = [];
    for (const transport of TRANSPORTS) {
      const peer = await server.connect(transport);
      for (const nickname of names) {
        told.push((await peer.fails("guest", { nickname }, "bad_nickname")).message);
        await peer.fails(
          "register",
          { username: nickname, nickname: "a", password: PASSWORD },
          "bad_username",
        );
      }
      peer.close();
    }
    return told;
  },
  async chathttp({ running }, names) {
    const program = await ChatHttpClient.connect(running, "");
    const told: string[] = [];
    // A name with the end of a line in it is two lines, and a blank before it belongs to the header.
    for (const name of names.filter((each) => !/[\r\n]|^ /.test(each))) {
      const { status, entity } = await program.add(name);
      assertEquals(status, "400", name);
      told.push(entity);
    }
    await program.close();
    return told;
  },
  async codes({ running }, names) {
    const program = await CodesClient.connect(running);
    // What ends a field ends the name, and what follows is the password.
    for (const name of names.filter((each) => !each.includes("\r\n"))) {
      program.says("102", name, PASSWORD);
      await program.hears("201");
    }
    await program.close();
    return [];
  },
  async persontalk({ running }, names) {
    const program = await PersonTalkClient.connect(running);
    const told: string[] = [];
    for (const nick_name of names) {
      const args = { user_name: "a", nick_name, password: md5(PASSWORD), phone: "", email: "" };
      told.push((await program.login(2, args, 1)).message);
    }
    program.socket.close();
    return told;
  },
  async roomchat({ running }, names) {
    const page = await RoomchatClient.open(running);
    const told: string[] = [];
    for (const name of names) {
      page.asks("Enter", `lobby;${name};`);
      const { Sender, Text } = await page.next();
      assertEquals(Sender, "@switchboard", name);
      told.push(Text);
    }
    await page.drops();
    return told;
  },
  async wetalk({ running }, names) {
    const program = await WeTalkClient.connect(running);
    await program.nextOf("__INIT__");
    const told: string[] = [];
    for (const name of names) {
      program.says("__LOGI__", name);
      const [from, text = ""] = (await program.nextOf("__MSG___")).split("__DIV___");
      assertEquals(from, "@switchboard");
      told.push(text);
    }
    await program.close();
    return told;
  },
};

for (const [dialect, wants] of Object.entries(WANTING)) {
  Deno.test(`hostile names: ${dialect}: no name ends a field, a line or a message of anybody's`, () =>
    withServer({ listen: LISTEN }, async (server) => {
      const witness = await (await server.guest("witness")).forgets();
      for (const told of await wants(server, NAMES)) assertTrue(told.startsWith("Cannot use "), told);
      await witness.hearsNothing();
      assertEquals((await witness.asks("who")).online, ["witness"]);
    }));
}

const LISTEN = (["chathttp", "codes", "wetalk", "persontalk"] as const).map((dialect) => ({
  port: 0,
  dialect,
}));
