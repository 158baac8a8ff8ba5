/** A password from whoever sits at the terminal, unseen and twice, or the first line of what a script hands over. */
import process from "node:process";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** No password was given, or the two are not the same. */
export class NoPasswordError extends Error {
  override readonly name = "NoPasswordError";
}

/** Asks for a new password. @throws NoPasswordError */
export async function askPassword(): Promise<string> {
  const asks = process.stdin.isTTY === true;
  const password = await line(asks ? "New password: " : "");
  if (password === "") throw new NoPasswordError("Cannot set a password: none was given");
  if (asks && await line("Again: ") !== password) {
    throw new NoPasswordError("Cannot set a password: the two are not the same");
  }
  return password;
}

function line(prompt: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  process.stderr.write(prompt);
  const lines = createInterface({
    input: process.stdin,
    output: silent,
    terminal: process.stdin.isTTY === true,
  });
  return new Promise((resolve, reject) => {
    lines.once("line", (text) => {
      resolve(text);
      lines.close();
    });
    lines.once("SIGINT", () => {
      reject(new NoPasswordError("Cannot set a password: given up"));
      lines.close();
    });
    lines.once("close", () => {
      if (prompt !== "") process.stderr.write("\n");
      resolve("");
    });
  });
}
