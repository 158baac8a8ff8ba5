/**
 * Letters to people: over SMTP where a server is named, else as files that any mail program opens. A letter
 * that can't be sent is noted in the log and harms nobody.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
// @ts-types="npm:@types/nodemailer@8.0.2"
import { createTransport, type SendMailOptions } from "nodemailer";
import type { Mailer } from "./core/core.ts";
import type { MissedLine } from "./core/people/missed_walk.ts";
import { logOf } from "./monitoring/log.ts";

/** What a mailer is given. */
interface MailOptions {
  smtp: string | undefined;
  from: string;
  /** Where letters are written without SMTP. */
  folder: string;
  /** Address of the page. */
  publicUrl: () => string;
  newId: () => string;
}

/** A mailer whose letters can be waited for. */
interface OpenMailer extends Mailer {
  /** Sends a letter that says it works; tells where it went. @throws what the mail server said */
  sendTest(to: string): Promise<string>;
  /** Resolves when every letter has gone or failed. */
  settled(): Promise<void>;
}

/** Makes the mailer of a server. */
export function createMailer(options: MailOptions): OpenMailer {
  const log = logOf("mail");
  const post = options.smtp === undefined ? toFolder(options) : toServer(options.smtp);
  const underWay = new Set<Promise<void>>();
  const send = (letter: SendMailOptions) => {
    const sending = post({ from: options.from, ...letter }).then(
      (where) => log.info("a letter went {where}", { where }),
      (error) =>
        log.error("a letter could not be sent: {reason}", {
          reason: error instanceof Error ? error.message : String(error),
        }),
    );
    underWay.add(sending);
    void sending.finally(() => underWay.delete(sending));
  };
  return {
    reachesPeople: options.smtp !== undefined,
    sendReset({ to, nickname, code, minutes }) {
      const link = `${options.publicUrl()}/#/reset?code=${code}`;
      const text = resetText({ nickname, code, minutes, link });
      send({ to, subject: "Your new Switchboard password", text });
    },
    sendConfirmation({ to, nickname, code, minutes }) {
      const link = `${options.publicUrl()}/#/confirm/${code}`;
      const text = confirmationText({ nickname, code, minutes, link });
      send({ to, subject: "Is this your mail address?", text });
    },
    sendMissed({ to, nickname, lines, stop }) {
      const url = `${options.publicUrl()}/mail/stop?token=${encodeURIComponent(stop)}`;
      send({
        to,
        subject: "Not read yet on Switchboard",
        text: missedText({ nickname, lines, page: options.publicUrl(), url }),
        // RFC 8058: a mail program ends them with one press.
        headers: { "List-Unsubscribe": `<${url}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
      });
    },
    sendTest: (to) =>
      post({
        from: options.from,
        to,
        subject: "A test of Switchboard's mail",
        text: `Letters of ${options.publicUrl()} arrive here.\n`,
      }),
    settled: async () => void await Promise.all(underWay),
  };
}

const TIMEOUT_MS = 15_000;

type Post = (letter: SendMailOptions) => Promise<string>;

function toServer(url: string): Post {
  const transport = createTransport(
    url,
    {
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
    } as SendMailOptions,
  );
  const host = new URL(url).host;
  return async (letter) => {
    await transport.sendMail(letter);
    return `to ${host}`;
  };
}

function toFolder({ folder, newId }: MailOptions): Post {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: "unix" });
  return async (letter) => {
    const { message } = await transport.sendMail(letter);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${newId()}.eml`);
    await writeFile(path, message as Uint8Array, { mode: 0o600 });
    return `into ${path}`;
  };
}

interface ResetWords {
  nickname: string;
  code: string;
  minutes: number;
  link: string;
}

/** In short lines: then the letter is plain text, and its link can be copied out of a file. */
function resetText({ nickname, code, minutes, link }: ResetWords): string {
  return `Hello ${nickname},

somebody, we hope you, asked for a new password.
Open this page within ${minutes} minutes:

${link}

or type this code there: ${code}

A program that has no such page may take the code
in place of the password.

It works once. Your present password works until then.
If it was not you, do nothing.
`;
}

function confirmationText({ nickname, code, minutes, link }: ResetWords): string {
  return `Hello ${nickname},

you have given this address as yours. To say that it is,
open this page within ${minutes} minutes:

${link}

or type this code where it is asked for: ${code}

Until then the address does not count.
If it was not you, do nothing.
`;
}

interface MissedWords {
  nickname: string;
  lines: readonly MissedLine[];
  page: string;
  /** What ends these letters. */
  url: string;
}

function missedText({ nickname, lines, page, url }: MissedWords): string {
  const places = lines.map(({ room, with: other, count, text }) => {
    const times = count === 1 ? "" : ` ${count} times`;
    const what = room === undefined ? `${other} wrote to you${times}` : `${room} mentions you${times}`;
    const place = room === undefined
      ? `with/${encodeURIComponent(other ?? "")}`
      : `room/${encodeURIComponent(room)}`;
    const said = text === undefined ? "" : `> ${shortened(text)}\n`;
    return `${what}:\n${said}${page}/#/${place}\n`;
  });
  return `Hello ${nickname},

this stands unread:

${places.join("\n")}
You get one such letter an hour at most.
To get none any more, open this page:
${url}
`;
}

const TEXT_CHARS_MAX = 200;

/** One line, as long as a letter's may be. */
function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const characters = Array.from(line.slice(0, 2 * TEXT_CHARS_MAX));
  return characters.length > TEXT_CHARS_MAX ? `${characters.slice(0, TEXT_CHARS_MAX).join("")}…` : line;
}
