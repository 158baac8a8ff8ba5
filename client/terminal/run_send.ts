/** `switchboard send`: one message, from the command line or from standard input. */
import process from "node:process";
import { withRetryAfter } from "../connection/retry_after.ts";
import { EXIT, type ExitCode, ExitError } from "./exit_code.ts";
import { oneShot, type OneShotOptions, recipientsOf } from "./one_shot.ts";
import { excessInWords } from "./wording.ts";

/** What to say. */
interface SendOptions extends OneShotOptions {
  /** Undefined: what standard input has. */
  text?: string;
  /** The same key within a day is the same message, however often it is sent. */
  key?: string;
}

/** Sends it; done means that it is on the server's disk. @throws ExitError */
export async function runSend(options: SendOptions): Promise<ExitCode> {
  const recipients = recipientsOf(options);
  const text = options.text ?? (await readAll()).replace(/\r?\n$/, "");
  if (text === "") throw new ExitError(EXIT.usage, "Cannot send nothing: give a text, or standard input.");
  const excess = excessInWords(text);
  if (excess !== undefined) {
    throw new ExitError(
      EXIT.refused,
      `Cannot send this: ${excess}; put it into a file and use "switchboard upload".`,
    );
  }
  const key = options.key ?? crypto.randomUUID();
  return await oneShot(options, recipients, async (connection) => {
    const sent = await withRetryAfter(() => connection.ask("send", { ...recipients, text, key }));
    if (options.json) process.stdout.write(`${JSON.stringify(sent)}\n`);
  });
}

/** All of standard input. @throws ExitError when it is no text */
export async function readAll(): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const bytes = await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ExitError(
      EXIT.usage,
      'Cannot send this: standard input is no UTF-8; convert it, or use "switchboard upload".',
    );
  }
}
