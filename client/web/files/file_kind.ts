/** What a file is, as far as the page treats it differently. */
import type { FileInfo } from "../../../server/core/shared/events.ts";
import type { IconName } from "../icon.tsx";
import { withSession } from "../tab_session.ts";

/** The type of a folder. */
const FOLDER = "inode/directory";

// What a browser shows by itself, and the server sends as what it is; docs/protocol.md has the same list.
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];
const FILMS = ["video/mp4", "video/webm"];

/** How a file is shown. */
type FileKind = "folder" | "picture" | "film" | "other";

/** How to show a file; `type` comes from its bytes, not from its name. */
export function kindOfFile({ type }: FileInfo): FileKind {
  if (type === FOLDER) return "folder";
  if (PICTURES.includes(type)) return "picture";
  return FILMS.includes(type) ? "film" : "other";
}

/** The drawing for a type. */
export function iconOfType(type: string, name: string): IconName {
  if (type === FOLDER) return "folder";
  if (type.startsWith("image/")) return "picture";
  if (type.startsWith("video/")) return "film";
  if (type.startsWith("audio/")) return "sound";
  if (/zip|gzip|x-tar|x-7z|x-xz|x-bzip2|zstd|rar/.test(type)) return "archive";
  return type === "application/pdf" || /\.(?:txt|md|csv|pdf|docx?|odt|rtf)$/i.test(name)
    ? "document"
    : "file";
}

/** Where the bytes are; a folder's are a zip. */
export function addressOf({ id }: Pick<FileInfo, "id">): string {
  return withSession(fileAddress(id));
}

/** Where a browser saves rather than shows them. */
export function downloadAddressOf(file: Pick<FileInfo, "id">): string {
  return withSession(`${fileAddress(file.id)}?download`);
}

function fileAddress(id: string): string {
  return `files/${encodeURIComponent(id)}`;
}
