/** The client's subcommands: what can be typed after `switchboard chat`, `send` and `upload`. */
import process from "node:process";
import {
  Command,
  type CommanderError,
  InvalidArgumentError,
  Option,
  type ParseOptionsResult,
} from "commander";
import { mayBeInvalidUtf8 } from "../node/invalid_utf8.ts";
import { EXIT, type ExitCode, ExitError } from "./exit_code.ts";
import type { Identity } from "./sign_in.ts";

/** What all of them take. */
interface CommonFlags {
  user?: string;
  guest?: string;
  passwordStdin?: true;
  save?: true;
  ca?: string;
}

interface ChatFlags extends CommonFlags {
  register?: true;
  invitation?: string;
  downloads: string;
}

interface OneShotFlags extends CommonFlags {
  server: string;
  room?: string;
  to?: string[];
  json?: true;
  patience: number;
}

const SERVER =
  "HOST:PORT, tls://HOST:PORT, or tls://HOST:PORT#sha256=HEX for one certificate; several of a cluster with commas between";
const STANDARD = "127.0.0.1:8023";

/** The commands, for the program's table. What they run is loaded when it is run. */
export function clientCommands(): Command[] {
  return [chatCommand(), sendCommand(), uploadCommand()].map((command) => command.exitOverride(exitAsUsage));
}

function chatCommand(): Command {
  const command = new Command("chat")
    .description("talk in this terminal")
    .argument("[address]", `the server: ${SERVER} (default: ${STANDARD}, or SWITCHBOARD_SERVER)`);
  return withIdentity(command)
    .option("--register", "make an account")
    .option("--invitation <link>", "make one with an invitation, by its link or its code")
    .option("--downloads <folder>", "where downloads go", ".")
    .action((address: string | undefined, flags: ChatFlags) =>
      runToExit(async () => {
        const { runChat } = await import("./run_chat.ts");
        const { passwordStdin = false, downloads } = flags;
        const server = address ?? process.env.SWITCHBOARD_SERVER ?? STANDARD;
        const identity = {
          ...identityOf(flags),
          ...(flags.register && { register: true }),
          ...(flags.invitation !== undefined && { invitation: flags.invitation }),
        };
        return await runChat({ ...await commonOptions(flags), server, identity, passwordStdin, downloads });
      })
    );
}

function sendCommand(): Command {
  const command = new VariadicCommand("send")
    .description("say one thing and end, for scripts; without a text, what standard input has")
    .argument("[text...]", "what to say");
  return withRecipients(command)
    .option("--key <key>", "the same key within a day is the same message, so it may be tried again")
    .action((words: string[], flags: OneShotFlags & { key?: string }) =>
      runToExit(async () => {
        const { readAll, runSend } = await import("./run_send.ts");
        refuseInvalidUtf8(words);
        const identity = identityOf(flags);
        let text = words.length === 0 ? undefined : words.join(" ");
        if (flags.passwordStdin) {
          const [password, ...rest] = (await readAll()).split("\n");
          identity.password = password!.replace(/\r$/, "");
          text ??= rest.join("\n").replace(/\r?\n$/, "");
        }
        const { key } = flags;
        return await runSend({
          ...await oneShotOf(flags, identity),
          ...(text !== undefined && { text }),
          ...(key !== undefined && { key }),
        });
      })
    );
}

function uploadCommand(): Command {
  const command = new VariadicCommand("upload")
    .description("send files and folders and end, for scripts")
    .argument("<path...>", "what to send");
  return withRecipients(command).action((paths: string[], flags: OneShotFlags) =>
    runToExit(async () => {
      const { runUpload } = await import("./run_upload.ts");
      const { readAll } = await import("./run_send.ts");
      const identity = identityOf(flags);
      if (flags.passwordStdin) identity.password = (await readAll()).split(/\r?\n/)[0] ?? "";
      return await runUpload({ ...await oneShotOf(flags, identity), paths });
    })
  );
}

function withRecipients(command: Command): Command {
  return withIdentity(command)
    .option("--room <room>", "the room it goes to; entered for as long as it takes")
    .option(
      "--to <nickname>",
      "the person it goes to; may be repeated",
      (name, all: string[] = []) => [...all, name],
    )
    .addOption(new Option("--server <address>", SERVER).env("SWITCHBOARD_SERVER").default(STANDARD))
    .option(
      "--patience <seconds>",
      "how long, once it had a connection, it may be without one, or refused as nothing can be kept",
      seconds,
      30,
    )
    .option("--json", "print what the server answered, a line of JSON for each thing");
}

function withIdentity(command: Command): Command {
  return command
    .option("--user <name>", "sign in with this username, nickname or email; the password is asked for")
    .option("--guest <nickname>", "come in as a guest")
    .option("--password-stdin", "the password is the first line of standard input; also SWITCHBOARD_PASSWORD")
    .option("--save", "keep the session, never the password, for the next time")
    .option("--ca <file>", "certificates (PEM) to trust with tls://");
}

function identityOf({ user, guest, save }: CommonFlags): Identity {
  const password = process.env.SWITCHBOARD_PASSWORD;
  return {
    ...(user !== undefined && { user }),
    ...(guest !== undefined && { guest }),
    ...(save && { save }),
    ...(password && user !== undefined && { password }),
  };
}

async function commonOptions({ ca }: CommonFlags) {
  const { SavedSessions, sessionsPath } = await import("./saved_sessions.ts");
  return { sessions: new SavedSessions(sessionsPath(process.env)), ...(ca !== undefined && { ca }) };
}

async function oneShotOf(flags: OneShotFlags, identity: Identity) {
  const { server, room, to, json = false, patience } = flags;
  refuseInvalidUtf8([room ?? "", ...to ?? []]);
  return {
    ...await commonOptions(flags),
    server,
    identity,
    json,
    awayMaxMs: patience * 1_000,
    ...(room !== undefined && { room }),
    ...(to && { to }),
  };
}

/** What is no UTF-8 arrives as something else: that is not what was meant. @throws ExitError */
function refuseInvalidUtf8(words: readonly string[]): void {
  const odd = words.find(mayBeInvalidUtf8);
  if (odd === undefined) return;
  throw new ExitError(
    EXIT.usage,
    `Cannot use the argument ${
      JSON.stringify(odd)
    }: it is no UTF-8, or holds U+FFFD; a text may come on standard input.`,
  );
}

/** Runs it, and ends the process with what it comes to. */
async function runToExit(run: () => Promise<ExitCode>): Promise<void> {
  try {
    process.exit(await run());
  } catch (error) {
    if (!(error instanceof ExitError)) throw error;
    process.stderr.write(`switchboard: ${error.message}\n`);
    process.exit(error.code);
  }
}

function exitAsUsage(error: CommanderError): never {
  process.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage);
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("It must be a number of seconds.");
}

/** What is meant as an option, known or not. */
const OPTION = /^-(?:[a-z0-9?]+|-[a-z][\w-]*(?:=[^]*)?)$/i;

const HELP = ["-h", "--help"];

/** A subcommand whose words may begin with a dash: a text such as "- milk", a path such as "-5 degrees.txt". */
class VariadicCommand extends Command {
  override parseOptions(args: string[]): ParseOptionsResult {
    const { operands, unknown } = super.parseOptions(args);
    const end = unknown.indexOf("--");
    const loose = end === -1 ? unknown : unknown.slice(0, end);
    if (loose.some((word) => HELP.includes(word))) return { operands, unknown };
    const odd = loose.find((word) => OPTION.test(word));
    if (odd !== undefined) {
      this.error(`error: unknown option '${odd}'; words that begin with a dash stand behind "--"`, {
        code: "commander.unknownOption",
      });
    }
    const words = end === -1 ? [] : unknown.slice(end + 1);
    return { operands: [...operands, ...loose, ...words], unknown: [] };
  }
}
