/** catgirl in a pseudo-terminal. It speaks TLS only, and trusts the certificate that it is given. */
import { findProgram } from "../support/find_program.ts";
import { Terminal } from "../support/terminal.ts";
import type { Address, Program, User } from "./client_at_work.ts";
import { TerminalClient } from "./terminal_client.ts";

/** catgirl, as Debian has it. */
export const CATGIRL: Program = {
  name: "catgirl",
  isHere: () => findProgram("catgirl") !== undefined,
  kicked: (who, by) => new RegExp(`${by} kicks? ${who}`),
  refusals: "",
  action: (text) => `/me ${text}`,
  async start(folder, address, user, firstSees) {
    const config = `${folder}/catgirl.conf`;
    await Deno.writeTextFile(config, configFor(address, user));
    const terminal = new Terminal([config], {
      program: ["catgirl"],
      columns: 180,
      rows: 60,
      env: { LANG: "C.UTF-8", HOME: folder },
    });
    const client = new Catgirl(terminal);
    await terminal.shows(firstSees ?? "the same rooms are in a browser at");
    if (!firstSees) await client.sees("#lobby", /^\s*\d+ #lobby/m);
    return client;
  },
};

function configFor({ host, port, certificate }: Address, { nick, password }: User): string {
  const options = { host, port, nick, ...(certificate !== undefined && { trust: certificate }) };
  const sasl = password === undefined ? {} : { "sasl-plain": `${nick}:${password}` };
  return Object.entries({ ...options, ...sasl }).map(([name, value]) => `${name} = ${value}\n`).join("");
}

class Catgirl extends TerminalClient {
  readonly #seen = new Set<string>();

  reads(where: string, who: string, text: string): Promise<void> {
    return this.sees(where, `<${who}> ${text}`);
  }

  readsAction(where: string, who: string, text: string): Promise<void> {
    return this.sees(where, `* ${who} ${text}`);
  }

  /** A private conversation has a window once something was said there: then it stands in the status line until it is seen. */
  protected async goTo(where: string): Promise<void> {
    if (where !== "" && !where.startsWith("#") && !this.#seen.has(where)) {
      await this.terminal.shows(new RegExp(`\\d+\\+? ${RegExp.escape(where)} \\+\\d`));
    }
    this.#seen.add(where);
    await this.terminal.enters(where === "" ? "/window 0" : `/window ${where}`);
  }
}
