/**
 * The original PersonTalk program: it signs in on one connection, then opens one for talk and one for files and says nothing there.
 * On the first it reads only what answers it, on the other two whatever comes.
 */
import type { Running } from "../../../server/run/serve.ts";
import type { Line } from "../../support/harness.ts";
import { md5, PersonTalkClient } from "./persontalk_client.ts";

/** A program that has signed in, and its three connections. */
export class PersonTalkProgram {
  private constructor(
    readonly first: PersonTalkClient,
    readonly chat: PersonTalkClient,
    readonly files: PersonTalkClient,
  ) {}

  /** Registers and signs in; hears the list. `order`: which line it opens first, as its versions differ. */
  static async comesIn(
    running: Running,
    name: string,
    password: string,
    order: "chat first" | "files first" = "chat first",
  ): Promise<PersonTalkProgram> {
    const first = await PersonTalkClient.connect(running);
    const account = { user_name: name, password: md5(password) };
    const about = { nick_name: name, phone: "13800000000", email: `${name}@example.org` };
    await first.login(2, { ...account, ...about }, 0);
    await first.login(1, account, 0);
    return await PersonTalkProgram.opens(running, first, name, order);
  }

  /** Opens the two channels of one that has signed in; hears the list. `chatPort`: what listens where its configuration says. */
  static async opens(
    running: Running,
    first: PersonTalkClient,
    name: string,
    order: "chat first" | "files first" = "chat first",
    chatPort = "persontalk-chat",
  ): Promise<PersonTalkProgram> {
    const ports = { chat: chatPort, files: "persontalk-files" };
    const opened = new Map<string, PersonTalkClient>();
    for (const line of order === "chat first" ? LINES : LINES.toReversed()) {
      opened.set(line, await PersonTalkClient.connect(running, "length", ports[line]));
    }
    const program = new PersonTalkProgram(first, opened.get("chat")!, opened.get("files")!);
    await program.chat.hears({ welcome_uppeople: name });
    await program.chat.object();
    await program.chat.hears({ up_line: name });
    return program;
  }

  /** Each of the three. */
  get channels(): readonly PersonTalkClient[] {
    return [this.first, this.chat, this.files];
  }

  /** Sends a file on the line for that; gives the answer, which comes there. */
  uploads(to: string, name: string, bytes: Uint8Array, hash?: string): Promise<Line> {
    return this.files.uploads(to, name, bytes, hash);
  }

  /** The line that is not read on meanwhile has nothing unread but the answer to what it is asked now. */
  async firstIsQuiet(): Promise<void> {
    await this.first.login(3, { user_name: "nobody at all", old_password: "x", new_password: "y" }, 1);
  }

  close(): void {
    for (const channel of this.channels) channel.socket.close();
  }
}

const LINES = ["chat", "files"] as const;
