/**
 * All that a server does, by one file: `one_file_life.ts PROGRAM FOLDER [PROXY]`. A process of its own, so that it can be
 * put where there is no network; one_file.ts starts it.
 */
import { Connection } from "../../client/connection/connection.ts";
import { downloadPath, uploadPath } from "../../client/node/disk.ts";
import type { OpenLink } from "../../client/connection/link.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { webSocketLink } from "../../client/connection/websocket_link.ts";
import type { Event } from "../../server/core/shared/events.ts";
import { VERSION } from "../../server/version.ts";
import { assertEquals, assertTrue } from "./assert.ts";
import { type Executable, run } from "./executable.ts";
import { confirmationIn, Mailbox } from "./mailbox.ts";
import { bytesOf } from "./sample_files.ts";

const [program, folder, nowhere] = Deno.args as [string, string, string | undefined];
const PASSWORD = "plug-jack-cord-7";
const LOBBY = { room: "lobby" };
/** Nothing but what every program is given, and what keeps it from fetching anything. */
const env = {
  PATH: Deno.env.get("PATH")!,
  HOME: Deno.env.get("HOME")!,
  ...nowhere && { HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, NPM_CONFIG_REGISTRY: nowhere },
};
const options = { program: [program], cwd: folder, clearEnv: true, env };

/** Somebody who is connected, and what was heard. */
class Person {
  readonly connection: Connection;
  readonly heard: Event[] = [];
  #wake: () => void = () => {};

  constructor(open: OpenLink) {
    this.connection = new Connection({
      open,
      reconnect: false,
      onEvent: (event) => {
        this.heard.push(event);
        this.#wake();
      },
    });
  }

  /** The next message with this text. */
  async hears(text: string): Promise<void> {
    const isIt = (event: Event) => event.event === "message" && event.text === text;
    while (!this.heard.some(isIt)) await new Promise<void>((resolve) => this.#wake = resolve);
  }
}

/** A server, and the ways to it. */
interface Serving {
  server: Executable;
  http: string;
  address: string;
  tcp: OpenLink;
  ws: OpenLink;
}

/** Starts the server and gives the addresses that it says. */
async function serve(smtp: string): Promise<Serving> {
  const server = run(["--http", "0", "--tcp", "0", "--smtp", smtp], options);
  const [http, address] = (await server.lines(2)).map((line) => line.split(/\s+/)[1]!);
  if (!http || !address) throw new Error((await server.ended).stderr.join("\n"));
  const [host, port] = address.split(":");
  const ws = webSocketLink(`${http.replace("http", "ws")}/ws`);
  return { server, http, address, tcp: tcpLink({ host: host!, port: Number(port) }), ws };
}

/** Runs a command, which must end well. */
async function typed(args: string[], input?: string): Promise<void> {
  const { code, stderr } = await run(args, { ...options, ...input !== undefined && { input } }).ended;
  assertEquals([args[0], code], [args[0], 0], stderr.join("\n"));
}

async function stops(server: Executable): Promise<void> {
  server.signal("SIGTERM");
  const { code, stderr } = await server.ended;
  assertEquals(code, 0, stderr.join("\n"));
}

await Deno.writeFile(`${folder}/sent.bin`, bytesOf(700_000));
await using mailbox = await Mailbox.open();

// Before anything else it says what it is.
assertEquals((await run(["--version"], options).ended).stdout, [VERSION]);
const help = await run(["--help"], options).ended;
assertTrue(help.code === 0 && help.stdout.join("\n").includes("serve"), help.stdout.join("\n"));
const wrong = await run(["--htp", "1"], options).ended;
assertEquals([wrong.code, wrong.stderr.length], [1, 1]);

// The first server has the page, takes both kinds of clients, and a file.
const first = await serve(mailbox.url);
const page = await (await fetch(first.http)).text();
const assets = Array.from(page.matchAll(/(?:src|href)="\/?([\w.]+)"/g), ([, name]) => name!);
assertTrue(assets.includes("page.js") && assets.length > 3, page);
for (const name of [...assets, "md5_worker.js"]) {
  const { status, body } = await fetch(`${first.http}/${name}`);
  await body?.cancel();
  assertEquals([name, status], [name, 200]);
}
const ada = new Person(first.tcp);
await ada.connection.connect();
await ada.connection.ask("register", {
  username: "ada",
  nickname: "ada",
  password: PASSWORD,
  email: "ada@example.org",
});
await ada.connection.ask("account.email.confirm", { code: confirmationIn(await mailbox.letter(1)) });
await ada.connection.ask("login", { username: "ada", password: PASSWORD });
const bob = new Person(first.ws);
await bob.connection.connect();
await bob.connection.ask("guest", { nickname: "bob" });
await ada.connection.ask("send", { ...LOBBY, text: "from one file" });
await bob.hears("from one file");
await bob.connection.ask("send", { ...LOBBY, text: "to another" });
await ada.hears("to another");
const { messages: matches } = await ada.connection.ask("search", { text: "another" });
assertEquals(matches.map(({ text }) => text), ["to another"]);
await uploadPath(ada.connection, `${folder}/sent.bin`, LOBBY);
const file = (await bob.connection.ask("files", LOBBY)).files[0]!.id;
await downloadPath(bob.connection, file, `${folder}/got.bin`);
assertEquals(await Deno.readFile(`${folder}/got.bin`), await Deno.readFile(`${folder}/sent.bin`));
await ada.connection.ask("password.reset", { email: "ada@example.org" });
assertEquals((await mailbox.letter(2)).to, "ada@example.org");
// The same file is the client in a terminal, and what its operator types; standard input gets there.
await typed(["send", "--server", first.address, "--guest", "cat", "--room", "lobby"], "through a pipe\n");
await bob.hears("through a pipe");
await typed(["account", "add", "eve"], `${PASSWORD}\n`);
await typed(["backup", "backup.tar"]);
await stops(first.server);

// The second one has it all still.
const second = await serve(mailbox.url);
const again = new Person(second.ws);
await again.connection.connect();
await again.connection.ask("login", { username: "eve", password: PASSWORD });
await again.connection.ask("logout", {});
await again.connection.ask("login", { username: "ada", password: PASSWORD });
const { messages } = await again.connection.ask("history", LOBBY);
assertEquals(messages.map(({ text }) => text).slice(0, 2), ["from one file", "to another"]);
await downloadPath(again.connection, file, `${folder}/again.bin`);
assertEquals(await Deno.readFile(`${folder}/again.bin`), await Deno.readFile(`${folder}/sent.bin`));
again.connection.close();
await stops(second.server);
