/**
 * Runs a written conversation against a real server. `alice> …` is sent by alice, `alice< …` is what she gets next,
 * and whatever she gets that is not written fails. What stands behind `>` is a line of the native protocol, or an
 * HTTP request such as `GET /session`; alice keeps her cookies. `alice>> …` and `alice<< …` are raw bytes. Lines that
 * begin with a space continue the one before.
 */
import { runningAdminApi } from "../../server/admin/access.ts";
import { join } from "node:path";
import { assertEquals } from "./assert.ts";
import { type Peer, type TestServer, type Transport, TRANSPORTS, withServer } from "./harness.ts";
import { Browser } from "./http_client.ts";
import { LetterBox } from "./letter_box.ts";
import { Placeholders } from "./placeholders.ts";

/** A conversation as it is written. */
interface Transcript {
  /** Where it begins in its file. */
  line: number;
  /** Who is there before it begins, such as `member=alice`. */
  present: string[];
  /** What it is true for: both, unless the word `websocket` says otherwise. */
  transports: readonly Transport[];
  steps: string[];
}

/** What stands for the code that the newest letter brings. */
const CODE = "<code from the letter>";

/** Every transcript of a Markdown text: fenced blocks named `transcript`. */
export function readTranscripts(markdown: string): Transcript[] {
  const found: Transcript[] = [];
  let current: Transcript | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    if (!current) {
      const [, information] = /^```transcript\b *(.*)$/.exec(line) ?? [];
      if (information !== undefined) current = begin(index + 1, information.split(" ").filter(Boolean));
    } else if (line.startsWith("```")) {
      found.push(current);
      current = undefined;
    } else if (line.startsWith(" ")) current.steps.push(current.steps.pop() + line.trim());
    else if (line.trim() !== "") current.steps.push(line);
  }
  return found;
}

/** Performs a transcript on a server of its own. @throws when anything is otherwise, with the line that was */
export function perform({ present, steps }: Transcript, transport: Transport): Promise<void> {
  return withServer({}, async (server) => {
    using letters = new LetterBox(join(server.folder, "data"));
    const stage = new Stage(server, transport, letters);
    for (const who of present) await stage.bring(who);
    await stage.begin();
    for (const step of steps) {
      await stage.perform(step).catch((error) => {
        throw new Error(`at "${step}": ${error instanceof Error ? error.message : error}`, { cause: error });
      });
    }
    await stage.end();
  });
}

interface Actor {
  browser: Browser;
  peer?: Peer;
  /** How many of the peer's lines have been looked at. */
  seen: number;
  over: boolean;
}

class Stage {
  readonly #actors = new Map<string, Actor>();
  readonly #placeholders = new Placeholders();

  constructor(readonly server: TestServer, readonly transport: Transport, readonly letters: LetterBox) {}

  /** Somebody who is there before the curtain rises: `member=alice`, `admin=alice` or `guest=bob`. */
  async bring(who: string): Promise<void> {
    const [kind, name = ""] = who.split("=");
    const actor = this.#actor(name);
    actor.peer = kind === "guest"
      ? await this.server.guest(name, this.transport)
      : await this.server.member(name, this.transport);
    const operator = kind === "admin" ? await runningAdminApi(`${this.server.folder}/data`) : undefined;
    await operator?.ask({ op: "account.role", name, role: "admin" });
  }

  /** What was heard until now is not part of the piece. */
  async begin(): Promise<void> {
    for (const actor of this.#actors.values()) {
      await actor.peer!.asks("ping");
      actor.seen = actor.peer!.lines.length;
    }
  }

  async perform(step: string): Promise<void> {
    const [, who, sign, words] = /^(\w+) ?(>>|<<|>|<|--) ?(.*)$/.exec(step) ?? [];
    if (who === undefined || words === undefined) throw new Error("this is no step of a transcript");
    const actor = this.#actor(who);
    if (sign === "--") await this.#leave(actor, words);
    else if (sign === ">>") (await this.#peer(actor)).wire.writeRaw(new TextEncoder().encode(words));
    else if (sign === "<<") await this.#hearRaw(actor, words);
    else if (/^(GET|HEAD|POST|PUT|DELETE) /.test(words)) await actor.browser.asks(await this.#filled(words));
    else if (sign === ">") (await this.#peer(actor)).wire.write(`${await this.#filled(words)}\n`);
    else if (actor.browser.isAnswering) actor.browser.hears(words, this.#placeholders);
    else await this.#hear(actor, words);
  }

  /** The curtain: whatever else was said is too much. */
  async end(): Promise<void> {
    for (const [name, actor] of this.#actors) {
      actor.browser.isSilent();
      if (!actor.peer || actor.over) continue;
      actor.peer.wire.write('{"id":"the end","op":"ping"}\n');
      assertEquals(
        await actor.peer.lineAfter(actor.seen),
        { re: "the end", ok: true },
        `${name} heard more, or was cut off`,
      );
    }
  }

  async #hear(actor: Actor, words: string): Promise<void> {
    const line = await actor.peer?.lineAfter(actor.seen++);
    this.#placeholders.match(line, JSON.parse(words));
  }

  async #hearRaw(actor: Actor, words: string): Promise<void> {
    const { data } = await actor.peer!.piece();
    assertEquals(new TextDecoder().decode(data), words);
  }

  async #leave(actor: Actor, words: string): Promise<void> {
    actor.over = true;
    if (words === "connection lost") actor.peer?.close();
    else if (words !== "cut off") throw new Error('only "connection lost" and "cut off" are known');
    await actor.peer?.ended;
    if (words === "cut off") assertEquals(await actor.peer?.lineAfter(actor.seen), undefined);
  }

  async #filled(words: string): Promise<string> {
    if (words.includes(CODE) && this.#placeholders.lacks(CODE)) {
      this.#placeholders.learn(CODE, await this.letters.code());
    }
    const [, request, path, body] = /^([A-Z]+ )(\S+)(.*)$/.exec(words) ?? [];
    if (path?.includes("<")) return request + this.#placeholders.fillText(path) + body;
    const [, before = "", json] = /^([^{]*)(\{.*\})$/.exec(words) ?? [];
    if (json === undefined) return words;
    try {
      return before + JSON.stringify(this.#placeholders.fill(JSON.parse(json)));
    } catch {
      return words; // an example of what can't be read
    }
  }

  async #peer(actor: Actor): Promise<Peer> {
    const { cookie } = actor.browser;
    return actor.peer ??= await this.server.connect(this.transport, cookie === undefined ? {} : { cookie });
  }

  #actor(name: string): Actor {
    let actor = this.#actors.get(name);
    if (!actor) {
      const browser = new Browser(this.server.running.http);
      this.#actors.set(name, actor = { browser, seen: 0, over: false });
    }
    return actor;
  }
}

function begin(line: number, words: string[]): Transcript {
  const present = words.filter((word) => word.includes("="));
  return { line, present, transports: words.includes("websocket") ? ["websocket"] : TRANSPORTS, steps: [] };
}
