/** Commands about files and folders. */
import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { FileInfo } from "../../server/core/shared/events.ts";
import { downloadPath, uploadPath } from "../node/disk.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import { downloadFolder, type LeftOut, uploadFolder } from "../node/disk_folder.ts";
import type { Chat } from "./chat.ts";
import { type ChatCommand, fileOf, Misuse, needed, windowOf } from "./chat_command.ts";
import { diskTrouble, freePath } from "./local_files.ts";
import type { Finish } from "./transfers.ts";
import { pathsTyped, pathTyped } from "./typed_paths.ts";
import { conversation, type Place } from "./windows.ts";
import { fileInWords, named } from "./wording.ts";
import { visibleInLine } from "./visible.ts";

const FOLDER = "inode/directory";
const LISTED = 50;
const LEFT_OUT_SHOWN = 20;

/** Name → command. */
export const FILES: Record<string, ChatCommand> = {
  upload: {
    words: "PATH",
    help: "send a file or a folder to whom you look at; it goes on by itself after a lost connection",
    completes: ["path"],
    async run(chat, words, window) {
      const { place } = windowOf(window);
      const paths = await pathsTyped(needed(words.rest, "the path"), exists);
      for (const path of paths) await startUpload(chat, place, path);
    },
  },
  download: {
    words: "[#N|NAME] [PATH]",
    help: "fetch a file or a folder; without a path into the folder for downloads",
    completes: ["file", "path"],
    async run(chat, words) {
      const file = fileOf(chat, words);
      await startDownload(chat, file, words.rest === "" ? undefined : pathTyped(words.rest));
    },
  },
  files: {
    words: "",
    help: "the files of this conversation",
    async run(chat, _words, window) {
      const { place } = windowOf(window);
      const { files, more } = await chat.connection.ask("files", { ...conversation(place), limit: LISTED });
      for (const file of files.reverse()) {
        chat.desk.list([
          `${chat.desk.screen.paint.dim(`#${chat.marks.file(file)}`)} ${fileInWords(file, chat.wording)}`,
        ]);
      }
      chat.desk.note(
        files.length === 0 ? "no files here" : `/download #N fetches one${more ? "; there are more" : ""}`,
      );
    },
  },
  accept: {
    words: "[#N|NAME]",
    help: "take a file that is offered to you, and fetch it",
    completes: ["file"],
    async run(chat, words) {
      const file = fileOf(
        chat,
        words,
        ({ message, file }) => file?.offer === "waiting" && !isMine(chat, message),
      );
      await chat.connection.ask("accept", { file: file.id });
      const accepted: FileInfo = { ...file, offer: "accepted" };
      chat.marks.file(accepted);
      await startDownload(chat, accepted);
    },
  },
  refuse: {
    words: "[#N|NAME]",
    help: "decline a file that is offered to you",
    completes: ["file"],
    async run(chat, words) {
      const file = fileOf(
        chat,
        words,
        ({ message, file }) => file?.offer === "waiting" && !isMine(chat, message),
      );
      await chat.connection.ask("refuse", { file: file.id });
      chat.marks.file({ ...file, offer: "refused" });
      chat.desk.note(`${named(file.name)} is refused`);
    },
  },
  cancel: {
    words: "",
    help: "give up the upload or download that was started last",
    local: true,
    run(chat) {
      if (!chat.transfers.giveUpLast()) throw new Misuse("nothing is under way");
    },
  },
};

async function startUpload(chat: Chat, place: Place, path: string): Promise<void> {
  const found = await stat(path).catch((error) => {
    throw new Misuse(`${visibleInLine(path)}: ${diskTrouble(error) ?? error.message}`);
  });
  if (!found.isFile() && !found.isDirectory()) {
    throw new Misuse(`${visibleInLine(path)} is neither a file nor a folder`);
  }
  const send: (
    ...args: Parameters<typeof uploadPath>
  ) => Promise<Finish & { leftOut?: LeftOut[] }> = found.isDirectory() ? uploadFolder : uploadPath;
  const name = visibleInLine(basename(resolve(path)));
  chat.transfers.start(
    name,
    "↑",
    (options) => send(chat.connection, path, place, options),
    ({ id, at, seq, leftOut = [] }) => {
      tellLeftOut(chat, name, leftOut);
      void sent(chat, place, { id: id!, at: at!, seq: seq! }, name);
    },
  );
}

/** Names what of a folder was not sent. */
function tellLeftOut(chat: Chat, folder: string, leftOut: readonly LeftOut[]): void {
  if (leftOut.length === 0) return;
  chat.transfers.failed = true;
  for (const { path, why } of leftOut.slice(0, LEFT_OUT_SHOWN)) {
    chat.desk.complain(`${folder}/${visibleInLine(path)} is left out: ${why}`);
  }
  const more = leftOut.length - LEFT_OUT_SHOWN;
  if (more > 0) chat.desk.complain(`and ${more} more of ${folder} are left out`);
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}

/** Shows one's own file as a message: only the history says all of it. */
async function sent(
  chat: Chat,
  place: Place,
  { id, at, seq }: { id: string; at: number; seq: number },
  name: string,
): Promise<void> {
  const { messages } = await chat.connection.ask("history", { ...conversation(place), limit: LISTED })
    .catch(() => ({ messages: [] }));
  const message = messages.find((each) => each.id === id);
  if (message) chat.take(message);
  else chat.desk.put(chat.desk.windows.open(place), { seq, at, text: `-- ${name} is sent` });
}

async function startDownload(chat: Chat, file: FileInfo, wanted?: string): Promise<void> {
  const target = await targetOf(chat, file, wanted);
  const fetch = async (options: Parameters<typeof downloadPath>[3]) => {
    try {
      if (file.type === FOLDER) await downloadFolder(chat.connection, file.id, target.path, options);
      else await downloadPath(chat.connection, file.id, target.path, options);
    } finally {
      target.free();
    }
  };
  chat.transfers.start(visibleInLine(file.name), "↓", fetch, () => {
    chat.desk.note(`${visibleInLine(target.path)} is here, its checksum is right`);
  });
}

/** A folder that is there takes the file under its own name; any other path is the file's. */
async function targetOf(
  chat: Chat,
  file: FileInfo,
  wanted: string | undefined,
): Promise<{ path: string; free(): void }> {
  if (wanted === undefined) return await freePath(chat.means.downloads, file.name);
  const path = resolve(wanted);
  const isFolder = await stat(path).then((found) => found.isDirectory(), () => false);
  return isFolder ? await freePath(path, file.name) : await freePath(dirname(path), basename(path));
}

function isMine(chat: Chat, message: { from: string } | undefined): boolean {
  return message !== undefined && nameKey(message.from) === nameKey(chat.me);
}
