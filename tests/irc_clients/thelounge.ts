/** The Lounge, an IRC client on the web, as npm has it: a program of its own, which is no part of Switchboard. */
import type { Page } from "playwright-core";
import { freePort } from "../support/free_port.ts";
import { isFile } from "../support/find_program.ts";
import type { Address } from "./client_at_work.ts";

const VERSION = "4.5.2";
/** The Lounge asks for a commit of this on GitHub, which a registry does not have. */
const FRAMEWORK = "4.14.0";

/** Its program, if it was installed. */
export function findTheLounge(): string | undefined {
  const path = `${folder()}/node_modules/thelounge/index.js`;
  return isFile(path) ? path : undefined;
}

/** Has npm install it beside other programs' caches, without anything that must be built. */
export async function installTheLounge(): Promise<void> {
  await Deno.mkdir(folder(), { recursive: true });
  const manifest = {
    private: true,
    dependencies: { thelounge: VERSION },
    overrides: { "irc-framework": FRAMEWORK },
  };
  await Deno.writeTextFile(`${folder()}/package.json`, JSON.stringify(manifest));
  const args = ["install", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"];
  await new Deno.Command("npm", { args, cwd: folder(), stdout: "null", stderr: "null" }).output();
}

function folder(): string {
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`;
  return `${cache}/switchboard_tests/thelounge-${VERSION}`;
}

/** The password of the user "ada" of The Lounge itself, and what it keeps of it. */
const LOUNGE_PASSWORD = "lounge-chair-9";
const LOUNGE_HASH = "$2a$04$FlLgrWbFEW8GC0CuQvhcGO6tKB1GgszwrezsVSXEm9LI/7IWRAN5i";

/** One that runs, for everybody who opens its page. */
export class TheLounge implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #home: string;

  private constructor(child: Deno.ChildProcess, home: string, readonly url: string) {
    this.#child = child;
    this.#home = home;
  }

  /** Starts it for one server. */
  static async start({ host, port }: Address): Promise<TheLounge> {
    const home = await Deno.makeTempDir({ prefix: "switchboard-lounge-" });
    const own = await freePort();
    const config = {
      public: false,
      host: "127.0.0.1",
      port: own,
      messageStorage: [],
      defaults: {
        name: "Switchboard",
        host,
        port,
        tls: false,
        rejectUnauthorized: false,
        nick: "ada",
        username: "ada",
        realname: "",
        password: "",
        join: "",
        leaveMessage: "",
      },
    };
    await Deno.mkdir(`${home}/users`);
    await Deno.writeTextFile(`${home}/users/ada.json`, JSON.stringify({ password: LOUNGE_HASH, log: false }));
    await Deno.writeTextFile(`${home}/config.js`, `module.exports = ${JSON.stringify(config)};`);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--deny-net=api.github.com", "--no-lock", findTheLounge()!, "start"],
      env: { THELOUNGE_HOME: home },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const lounge = new TheLounge(child, home, `http://127.0.0.1:${own}/`);
    await says(child.stdout, "Available at");
    return lounge;
  }

  /** Opens its page and signs in to it. */
  async opensIn(page: Page): Promise<LoungePage> {
    await page.goto(this.url);
    await page.getByLabel("Username").fill("ada");
    await page.getByRole("textbox", { name: "Password" }).fill(LOUNGE_PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    return new LoungePage(page);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
    await Deno.remove(this.#home, { recursive: true });
  }
}

/** Its page, and whoever sits before it. */
class LoungePage {
  constructor(readonly page: Page) {}

  /** Connects to the server, with SASL, and is in the lobby. */
  async connects(account: string, password: string): Promise<void> {
    await this.page.getByText("Username + password (SASL PLAIN)").click();
    await this.page.locator('input[name="saslAccount"]').fill(account);
    await this.page.locator('input[name="saslPassword"]').fill(password);
    await this.page.getByRole("button", { name: "Connect" }).click();
    await this.opens("#lobby");
  }

  /** Opens a conversation. */
  async opens(name: string): Promise<void> {
    await this.page.locator(`.channel-list-item[data-name="${name}"]`).click();
    await this.page.locator("#chat .header .title").getByText(name, { exact: true }).waitFor();
  }

  async types(line: string): Promise<void> {
    const field = this.page.locator("#input");
    await field.fill(line);
    await field.press("Enter");
  }

  /** Waits for what somebody says. */
  async reads(who: string, text: string): Promise<void> {
    await this.#line("message", who, text);
  }

  /** Waits for what somebody does. */
  async readsAction(who: string, text: string): Promise<void> {
    await this.#line("action", who, text);
  }

  /** Waits for something that happens. `kind`: as The Lounge calls it. */
  async sees(kind: "kick" | "topic" | "error", text: string): Promise<void> {
    await this.page.locator(`.msg[data-type="${kind}"]`).filter({ hasText: text }).waitFor();
  }

  async #line(kind: string, who: string, text: string): Promise<void> {
    await this.page.locator(`.msg[data-type="${kind}"][data-from="${who}"]`).filter({ hasText: text }).last()
      .waitFor();
  }
}

/** Waits until it has said something; then nobody listens any more. */
async function says(output: ReadableStream<Uint8Array>, words: string): Promise<void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of output) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(words)) return;
  }
  throw new Error(`The Lounge did not start:\n${text}`);
}
