/** WeeChat without a screen: what is typed goes through its FIFO, what it shows is in its logs. */
import { findWeeChat } from "../support/find_program.ts";
import type { Address, ClientAtWork, Program, User } from "./client_at_work.ts";
import { ended, GrowingFiles } from "./growing_files.ts";

/** WeeChat, as Debian has it. */
export const WEECHAT: Program = {
  name: "WeeChat",
  isHere: () => findWeeChat() !== undefined,
  kicked: (who, by) => new RegExp(`${by} has kicked ${who}`),
  refusals: "#tea",
  action: (text) => `/me ${text}`,
  async start(folder, address, user, firstSees) {
    await Deno.mkdir(`${folder}/weechat/logs`, { recursive: true });
    const files = new GrowingFiles(`${folder}/weechat`);
    const args = [
      "--dir",
      `${folder}/weechat`,
      ...commandsFor(address, user).flatMap((each) => ["-r", each]),
    ];
    const child = new Deno.Command("weechat-headless", {
      args,
      env: { LANG: "C.UTF-8", HOME: folder },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const client = new WeeChat(child, files, folder);
    await client.begins(firstSees);
    return client;
  },
};

/** What somebody types on the first day, to connect from then on. */
export function commandsFor({ host, port }: Address, { nick, password }: User): string[] {
  return [
    "/set logger.file.flush_delay 0",
    "/set fifo.file.path ${weechat_config_dir}/fifo",
    `/server add sb ${host}/${port} -nossl`,
    `/set irc.server.sb.nicks ${nick}`,
    // Else what is typed waits for two seconds behind what was typed before.
    "/set irc.server.sb.anti_flood_prio_high 0",
    "/set irc.server.sb.anti_flood_prio_low 0",
    ...password === undefined ? [] : [
      "/set irc.server.sb.sasl_mechanism plain",
      `/set irc.server.sb.sasl_username ${nick}`,
      `/set irc.server.sb.sasl_password ${password}`,
    ],
    "/connect sb",
  ];
}

class WeeChat implements ClientAtWork {
  readonly #child: Deno.ChildProcess;
  readonly #files: GrowingFiles;
  readonly #fifo: string;

  constructor(child: Deno.ChildProcess, files: GrowingFiles, folder: string) {
    this.#child = child;
    this.#files = files;
    this.#fifo = `${folder}/weechat/fifo`;
  }

  async begins(firstSees: RegExp | undefined): Promise<void> {
    if (firstSees) await this.sees("", firstSees);
    else await this.sees("#lobby", "Channel #lobby: ");
  }

  async types(where: string, line: string): Promise<void> {
    await Deno.writeTextFile(this.#fifo, `${bufferOf(where)} *${line}\n`, { create: false });
  }

  async sees(where: string, expected: string | RegExp): Promise<void> {
    await this.#files.says(`logs/${bufferOf(where)}.weechatlog`, expected);
  }

  reads(where: string, who: string, text: string): Promise<void> {
    return this.sees(where, new RegExp(`\t[~@%]?${RegExp.escape(who)}\t${RegExp.escape(text)}`));
  }

  readsAction(where: string, who: string, text: string): Promise<void> {
    return this.sees(where, `\t *\t${who} ${text}`);
  }

  async quits(): Promise<void> {
    await this.types("", "/quit");
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await ended(this.#child);
    await this.#files[Symbol.asyncDispose]();
  }
}

function bufferOf(where: string): string {
  return where === "" ? "irc.server.sb" : `irc.sb.${where}`;
}
