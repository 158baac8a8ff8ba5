/** irssi in a pseudo-terminal, with keys and a screen. */
import { findProgram } from "../support/find_program.ts";
import { Terminal } from "../support/terminal.ts";
import type { Address, Program, User } from "./client_at_work.ts";
import { TerminalClient } from "./terminal_client.ts";

/** irssi, as Debian has it. */
export const IRSSI: Program = {
  name: "irssi",
  isHere: () => findProgram("irssi") !== undefined,
  kicked: (who, by) => new RegExp(`${who} was kicked from #\\S+ by ${by}`),
  refusals: "",
  action: (text) => `/me ${text}`,
  async start(folder, address, user, firstSees) {
    await Deno.mkdir(`${folder}/irssi`, { recursive: true });
    await Deno.writeTextFile(`${folder}/irssi/config`, configFor(address, user));
    const terminal = new Terminal([`--home=${folder}/irssi`], {
      program: ["irssi"],
      columns: 180,
      rows: 60,
      env: { LANG: "C.UTF-8", HOME: folder },
    });
    const client = new Irssi(terminal);
    if (firstSees) await client.sees("", firstSees);
    else {
      // The lobby has the second window.
      await terminal.shows(/\[Act: .*2/);
      await client.sees("#lobby", "#lobby: Total of");
    }
    return client;
  },
};

function configFor({ host, port }: Address, { nick, password }: User): string {
  const sasl = password === undefined
    ? ""
    : `sasl_mechanism = "PLAIN"; sasl_username = "${nick}"; sasl_password = "${password}";`;
  return `
servers = ({ address = "${host}"; port = "${port}"; chatnet = "sb"; autoconnect = "yes"; use_tls = "no"; });
chatnets = { sb = { type = "IRC"; nick = "${nick}"; ${sasl} }; };
settings = {
  core = { real_name = "${nick}"; user_name = "${nick}"; nick = "${nick}"; };
  # Else what is typed waits for two seconds behind what was typed before.
  "irc/core" = { cmd_queue_speed = "1msecs"; cmds_max_at_once = "100"; };
  "fe-common/core" = { term_charset = "UTF-8"; autolog = "no"; };
};
`;
}

class Irssi extends TerminalClient {
  reads(where: string, who: string, text: string): Promise<void> {
    return this.sees(where, new RegExp(`<[ ~@%]?${RegExp.escape(who)}> ${RegExp.escape(text)}`));
  }

  readsAction(where: string, who: string, text: string): Promise<void> {
    return this.sees(where, ` * ${who} ${text}`);
  }

  /** A private conversation has a window once something was said there. */
  protected async goTo(where: string): Promise<void> {
    await this.terminal.enters(where === "" ? "/window goto 1" : `/window goto ${where}`);
  }
}
