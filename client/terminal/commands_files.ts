/** Commands about files and folders. */
import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { authorOf, type FileInfo } from "../../server/core/shared/events.ts";
import { downloadPath, uploadPath } from "../node/disk.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import { downloadFolder, type SkippedEntry, uploadFolder } from "../node/disk_folder.ts";
import type { Chat } from "./chat.ts";
import { type ChatCommand, fileOf, required, UsageError, windowOf } from "./chat_command.ts";
import { diskErrorText, freePath } from "./local_files.ts";
import type { Finish } from "./transfers.ts";
import { parsePath, parsePaths } from "./input.ts";
import { conversationName, type Target } from "./windows.ts";
import { fileInWords } from "./wording.ts";
import { sanitizedLine } from "./sanitize.ts";

const FOLDER = "inode/directory";
const LISTED = 50;
const SKIPPED_SHOWN = 20;

/** Name → command. */
export const FILES: Record<string, ChatCommand> = {
  upload: {
    usage: "PATH",
    help: "send a file or a folder to whom you look at; it goes on by itself after a lost connection",
    completes: ["path"],
    async run(chat, args, window) {
      const { target } = windowOf(window);
      const paths = await parsePaths(required(args.rest, "the path"), exists);
      for (const path of paths) await startUpload(chat, target, path);
    },
  },
  download: {
    usage: "[#N|NAME] [PATH]",
    help: "fetch a file or a folder; without a path into the folder for downloads",
    completes: ["file", "path"],
    async run(chat, args) {
      const file = fileOf(chat, args);
      await startDownload(chat, file, args.rest === "" ? undefined : parsePath(args.rest));
    },
  },
  files: {
    usage: "",
    help: "the files of this conversation",
    async run(chat, _words, window) {
      const { target } = windowOf(window);
      const { files, more } = await chat.connection.ask("files", {
        ...conversationName(target),
        limit: LISTED,
      });
      for (const file of files.reverse()) {
        chat.ui.showLines([
          `${chat.ui.screen.paint.dim(`#${chat.numbers.file(file)}`)} ${fileInWords(file, chat.wording)}`,
        ]);
      }
      chat.ui.showNote(
        files.length === 0 ? "no files here" : `/download #N fetches one${more ? "; there are more" : ""}`,
      );
    },
  },
  accept: {
    usage: "[#N|NAME]",
    help: "take a file that is offered to you, and fetch it",
    completes: ["file"],
    async run(chat, args) {
      const file = fileOf(
        chat,
        args,
        ({ message, file }) => file?.offer === "waiting" && !isMine(chat, message),
      );
      await chat.connection.ask("accept", { file: file.id });
      const accepted: FileInfo = { ...file, offer: "accepted" };
      chat.numbers.file(accepted);
      await startDownload(chat, accepted);
    },
  },
  refuse: {
    usage: "[#N|NAME]",
    help: "decline a file that is offered to you",
    completes: ["file"],
    async run(chat, args) {
      const file = fileOf(
        chat,
        args,
        ({ message, file }) => file?.offer === "waiting" && !isMine(chat, message),
      );
      await chat.connection.ask("refuse", { file: file.id });
      chat.numbers.file({ ...file, offer: "refused" });
      chat.ui.showNote(`${sanitizedLine(file.name)} is refused`);
    },
  },
  cancel: {
    usage: "",
    help: "give up the upload or download that was started last",
    local: true,
    run(chat) {
      if (!chat.transfers.giveUpLast()) throw new UsageError("nothing is under way");
    },
  },
};

async function startUpload(chat: Chat, target: Target, path: string): Promise<void> {
  const found = await stat(path).catch((error) => {
    throw new UsageError(`${sanitizedLine(path)}: ${diskErrorText(error) ?? error.message}`);
  });
  if (!found.isFile() && !found.isDirectory()) {
    throw new UsageError(`${sanitizedLine(path)} is neither a file nor a folder`);
  }
  const send: (
    ...args: Parameters<typeof uploadPath>
  ) => Promise<Finish & { skipped?: SkippedEntry[] }> = found.isDirectory() ? uploadFolder : uploadPath;
  const name = sanitizedLine(basename(resolve(path)));
  chat.transfers.start(
    name,
    "↑",
    (options) => send(chat.connection, path, target, options),
    ({ id, at, seq, skipped = [] }) => {
      tellSkipped(chat, name, skipped);
      void sent(chat, target, { id: id!, at: at!, seq: seq! }, name);
    },
  );
}

/** Names what of a folder was not sent. */
function tellSkipped(chat: Chat, folder: string, skipped: readonly SkippedEntry[]): void {
  if (skipped.length === 0) return;
  chat.transfers.failed = true;
  for (const { path, why } of skipped.slice(0, SKIPPED_SHOWN)) {
    chat.ui.showError(`${folder}/${sanitizedLine(path)} is left out: ${why}`);
  }
  const more = skipped.length - SKIPPED_SHOWN;
  if (more > 0) chat.ui.showError(`and ${more} more of ${folder} are left out`);
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}

/** Shows one's own file as a message: only the history says all of it. */
async function sent(
  chat: Chat,
  target: Target,
  { id, at, seq }: { id: string; at: number; seq: number },
  name: string,
): Promise<void> {
  const { messages } = await chat.connection.ask("history", { ...conversationName(target), limit: LISTED })
    .catch(() => ({ messages: [] }));
  const message = messages.find((each) => each.id === id);
  if (message) chat.take(message);
  else chat.ui.put(chat.ui.windows.open(target), { seq, at, text: `-- ${name} is sent` });
}

async function startDownload(chat: Chat, file: FileInfo, wanted?: string): Promise<void> {
  const destination = await destinationOf(chat, file, wanted);
  const fetch = async (options: Parameters<typeof downloadPath>[3]) => {
    try {
      if (file.type === FOLDER) await downloadFolder(chat.connection, file.id, destination.path, options);
      else await downloadPath(chat.connection, file.id, destination.path, options);
    } finally {
      destination.free();
    }
  };
  chat.transfers.start(sanitizedLine(file.name), "↓", fetch, () => {
    chat.ui.showNote(`${sanitizedLine(destination.path)} is here, its checksum is right`);
  });
}

/** A folder that is there takes the file under its own name; any other path is the file's. @throws UsageError */
async function destinationOf(
  chat: Chat,
  file: FileInfo,
  wanted: string | undefined,
): Promise<{ path: string; free(): void }> {
  const path = wanted === undefined ? chat.context.downloads : resolve(wanted);
  const [folder, name] = wanted === undefined || await isFolder(path)
    ? [path, file.name]
    : [dirname(path), basename(path)];
  if (file.type !== FOLDER && !await isFolder(folder)) {
    throw new UsageError(`there is no folder ${sanitizedLine(folder)}`);
  }
  return await freePath(folder, name);
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then((found) => found.isDirectory(), () => false);
}

function isMine(chat: Chat, message: { from: string } | undefined): boolean {
  return message !== undefined && nameKey(authorOf(message)) === nameKey(chat.me);
}
