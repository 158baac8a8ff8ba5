/** A real mail server that keeps what it is sent. */
// @ts-types="npm:@types/smtp-server@3.5.13"
import { SMTPServer } from "smtp-server";
import { portOf } from "../../server/transport/listening.ts";

/** One letter as it came over the wire. */
interface Letter {
  to: string;
  /** Headers and body. */
  text: string;
}

const USER = "switchboard";
const PASSWORD = "letters-only";

/** Takes letters from whoever knows its password. */
export class Mailbox implements AsyncDisposable {
  readonly letters: Letter[] = [];
  readonly #server: SMTPServer;
  #wake: () => void = () => {};

  private constructor() {
    this.#server = new SMTPServer({
      allowInsecureAuth: true,
      hideSTARTTLS: true,
      onAuth: ({ username, password }, _session, done) =>
        username === USER && password === PASSWORD
          ? done(null, { user: USER })
          : done(new Error("who is it?")),
      onData: (stream, session, done) => {
        const chunks: Uint8Array[] = [];
        stream.on("data", (chunk: Uint8Array) => void chunks.push(chunk));
        stream.on("end", () => {
          const text = new TextDecoder().decode(Uint8Array.from(chunks.flatMap((chunk) => [...chunk])));
          this.letters.push({ to: session.envelope.rcptTo.map(({ address }) => address).join(), text });
          this.#wake();
          done();
        });
      },
    });
  }

  static async open(): Promise<Mailbox> {
    const mailbox = new Mailbox();
    await new Promise<void>((resolve) => mailbox.#server.listen(0, "127.0.0.1", resolve));
    return mailbox;
  }

  /** What `--smtp` takes. */
  get url(): string {
    return `smtp://${USER}:${PASSWORD}@127.0.0.1:${portOf(this.#server.server)}`;
  }

  /** The letter of this number, counted from 1, once it has come. */
  async letter(number: number): Promise<Letter> {
    while (this.letters.length < number) await new Promise<void>((resolve) => this.#wake = resolve);
    return this.letters[number - 1]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }
}

/** The code that a letter shows for typing, such as `ABCDE-FGHJK-MNPQR`. */
export function codeIn({ text }: Pick<Letter, "text">): string {
  const code = /^or type this code there: (\S+)\r?$/m.exec(text);
  if (!code) throw new Error(`no code in ${text}`);
  return code[1]!;
}

/** The code with which a letter's address is confirmed. */
export function confirmationIn({ text }: Pick<Letter, "text">): string {
  const code = /#\/confirm\/(\w{12})\r?$/m.exec(text);
  if (!code) throw new Error(`no code in ${text}`);
  return code[1]!;
}
