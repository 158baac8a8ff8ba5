/** How messages and files are put into words. What others wrote is made harmless here and nowhere else. */
import type { FileInfo, Message } from "../../server/core/shared/events.ts";
import { bytesInWords } from "./amounts.ts";
import { isNamed } from "../../server/core/shared/mentions.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import type { Paint } from "./paint.ts";
import { visible, visibleInLine } from "./visible.ts";

/** What wording depends on besides what is told. */
export interface Wording {
  paint: Paint;
  /** One's own nickname. */
  me: string;
  /** The number of a message or file, as `#7`; undefined for one that was never shown. */
  numberOf(id: string): number | undefined;
}

/** A message with its number. */
export function messageInWords(message: Message, wording: Wording): string {
  const { paint, numberOf } = wording;
  const number = paint.dim(`#${numberOf(message.id)}`);
  const isMine = nameKey(message.from) === nameKey(wording.me);
  const from = `${paint.name(visibleInLine(message.from))}${isMine ? "" : guestMark(message, paint)}`;
  if (message.recalled) return `${number} ${from} ${paint.dim("took this back")}`;
  const edited = message.edited === undefined ? "" : paint.dim(" (edited)");
  const words = `${textInWords(message, wording)}${edited}${reactionsInWords(message, paint)}`;
  const action = actionOf(message);
  if (action !== undefined) return `${number} * ${from} ${visible(action)}${edited}`;
  return `${number} ${from}${addressed(message, wording)}: ${words}`;
}

/** A text that says what its author does: other programs show it as it is. */
export function actionText(nickname: string, action: string): string {
  return `* ${nickname} ${action}`;
}

/** A file by name, size and how to get it. */
export function fileInWords(file: FileInfo, wording: Wording): string {
  const { paint } = wording;
  const isFolder = file.type === "inode/directory";
  const name = paint.bold(visibleInLine(file.name) + (isFolder ? "/" : ""));
  return `${name}, ${bytesInWords(file.size)}`;
}

/** What stands behind the name of somebody without an account. */
function guestMark({ guest }: { guest?: boolean }, paint: Paint): string {
  return guest ? paint.dim(" (guest)") : "";
}

/** A room's or a person's name, harmless. */
export function named(name: string): string {
  return visibleInLine(name);
}

function textInWords(message: Message, wording: Wording): string {
  const { file } = message;
  const text = visible(message.text);
  const words = isNamed(text, wording.me) && message.from !== wording.me ? wording.paint.loud(text) : text;
  if (!file) return words;
  const which = `#${wording.numberOf(message.id)}`;
  const isMine = nameKey(message.from) === nameKey(wording.me);
  const verb = file.offer === undefined ? "sends" : "offers";
  const wayOut = file.offer === "waiting" && !isMine
    ? `/accept ${which} or /refuse ${which}`
    : file.offer === "refused"
    ? "refused"
    : file.offer === "waiting"
    ? "not answered yet"
    : `/download ${which}`;
  const told = `${verb} ${fileInWords(file, wording)} ${wording.paint.dim(`(${wayOut})`)}`;
  return text === "" ? told : `${told} ${words}`;
}

function actionOf({ from, text }: Message): string | undefined {
  const beginning = actionText(from, "");
  return text.startsWith(beginning) && text.length > beginning.length
    ? text.slice(beginning.length)
    : undefined;
}

function addressed({ reply, to }: Message, { paint, numberOf }: Wording): string {
  const several = Array.isArray(to) && to.length > 1 ? ` → ${to.map(visibleInLine).join(", ")}` : "";
  if (reply === undefined) return several;
  const number = numberOf(reply);
  return `${several}${paint.dim(number === undefined ? " (answers)" : ` (answers #${number})`)}`;
}

function reactionsInWords({ reactions }: Message, paint: Paint): string {
  const words = Object.entries(reactions ?? {}).filter(([, by]) => by.length > 0)
    .map(([emoji, by]) => `${visibleInLine(emoji)} ${by.length}`);
  return words.length === 0 ? "" : paint.dim(` [${words.join("  ")}]`);
}
