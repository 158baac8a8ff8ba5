/** The client's subcommands: what can be typed after `switchboard chat`, `send` and `upload`. */
import process from "node:process";
import { Command, type CommanderError, InvalidArgumentError, Option } from "commander";
import { mayBeInvalidUtf8 } from "../node/invalid_utf8.ts";
import { Ending, EXIT, type ExitCode } from "./exit_code.ts";
import type { Who } from "./sign_in.ts";
import { WordyCommand } from "./wordy_command.ts";

/** What all of them take. */
interface Given {
  user?: string;
  guest?: string;
  passwordStdin?: true;
  save?: true;
  ca?: string;
}

interface ChatGiven extends Given {
  register?: true;
  downloads: string;
}

interface OneShotGiven extends Given {
  server: string;
  room?: string;
  to?: string[];
  json?: true;
  patience: number;
}

const SERVER = "HOST:PORT, tls://HOST:PORT, or tls://HOST:PORT#sha256=HEX for one certificate";
const STANDARD = "127.0.0.1:8023";

/** The commands, for the program's table. What they run is loaded when it is run. */
export function clientCommands(): Command[] {
  return [chatCommand(), sendCommand(), uploadCommand()].map((command) => command.exitOverride(endAsUsage));
}

function chatCommand(): Command {
  const command = new Command("chat")
    .description("talk in this terminal")
    .argument("[address]", `the server: ${SERVER} (default: ${STANDARD}, or SWITCHBOARD_SERVER)`);
  return withIdentity(command)
    .option("--register", "make an account")
    .option("--downloads <folder>", "where downloads go", ".")
    .action((address: string | undefined, given: ChatGiven) =>
      ending(async () => {
        const { runChat } = await import("./run_chat.ts");
        const { passwordStdin = false, downloads } = given;
        const server = address ?? process.env.SWITCHBOARD_SERVER ?? STANDARD;
        const who = { ...whoOf(given), ...(given.register && { register: true }) };
        return await runChat({ ...await means(given), server, who, passwordStdin, downloads });
      })
    );
}

function sendCommand(): Command {
  const command = new WordyCommand("send")
    .description("say one thing and end, for scripts; without a text, what standard input has")
    .argument("[text...]", "what to say");
  return withTarget(command)
    .option("--key <key>", "the same key within a day is the same message, so it may be tried again")
    .action((words: string[], given: OneShotGiven & { key?: string }) =>
      ending(async () => {
        const { readAll, runSend } = await import("./run_send.ts");
        refuseInvalidUtf8(words);
        const who = whoOf(given);
        let text = words.length === 0 ? undefined : words.join(" ");
        if (given.passwordStdin) {
          const [password, ...rest] = (await readAll()).split("\n");
          who.password = password!.replace(/\r$/, "");
          text ??= rest.join("\n").replace(/\r?\n$/, "");
        }
        const { key } = given;
        return await runSend({
          ...await oneShotOf(given, who),
          ...(text !== undefined && { text }),
          ...(key !== undefined && { key }),
        });
      })
    );
}

function uploadCommand(): Command {
  const command = new WordyCommand("upload")
    .description("send files and folders and end, for scripts")
    .argument("<path...>", "what to send");
  return withTarget(command).action((paths: string[], given: OneShotGiven) =>
    ending(async () => {
      const { runUpload } = await import("./run_upload.ts");
      const { readAll } = await import("./run_send.ts");
      const who = whoOf(given);
      if (given.passwordStdin) who.password = (await readAll()).split(/\r?\n/)[0] ?? "";
      return await runUpload({ ...await oneShotOf(given, who), paths });
    })
  );
}

function withTarget(command: Command): Command {
  return withIdentity(command)
    .option("--room <room>", "the room it goes to; entered for as long as it takes")
    .option(
      "--to <nickname>",
      "the person it goes to; may be repeated",
      (name, all: string[] = []) => [...all, name],
    )
    .addOption(new Option("--server <address>", SERVER).env("SWITCHBOARD_SERVER").default(STANDARD))
    .option("--patience <seconds>", "how long it may be without a connection, once it had one", seconds, 30)
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

function whoOf({ user, guest, save }: Given): Who {
  const password = process.env.SWITCHBOARD_PASSWORD;
  return {
    ...(user !== undefined && { user }),
    ...(guest !== undefined && { guest }),
    ...(save && { save }),
    ...(password && user !== undefined && { password }),
  };
}

async function means({ ca }: Given) {
  const { SavedSessions, sessionsPath } = await import("./saved_sessions.ts");
  return { sessions: new SavedSessions(sessionsPath(process.env)), ...(ca !== undefined && { ca }) };
}

async function oneShotOf(given: OneShotGiven, who: Who) {
  const { server, room, to, json = false, patience } = given;
  refuseInvalidUtf8([room ?? "", ...to ?? []]);
  return {
    ...await means(given),
    server,
    who,
    json,
    patienceMs: patience * 1_000,
    ...(room !== undefined && { room }),
    ...(to && { to }),
  };
}

/** What is no UTF-8 arrives as something else: that is not what was meant. @throws Ending */
function refuseInvalidUtf8(words: readonly string[]): void {
  const odd = words.find(mayBeInvalidUtf8);
  if (odd === undefined) return;
  throw new Ending(
    EXIT.usage,
    `Cannot use the argument ${
      JSON.stringify(odd)
    }: it is no UTF-8, or holds U+FFFD; a text may come on standard input.`,
  );
}

/** Runs it, and ends the process with what it comes to. */
async function ending(run: () => Promise<ExitCode>): Promise<void> {
  try {
    process.exit(await run());
  } catch (error) {
    if (!(error instanceof Ending)) throw error;
    process.stderr.write(`switchboard: ${error.message}\n`);
    process.exit(error.code);
  }
}

function endAsUsage(error: CommanderError): never {
  process.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage);
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("It must be a number of seconds.");
}
