/** Where files of others go on this disk: under a harmless name, and never over anything that is there. */
import { stat } from "node:fs/promises";
import { join, parse } from "node:path";
import { env } from "node:process";
import { nameOn } from "../../server/core/shared/received_names.ts";
import { SYSTEM } from "../node/disk_folder.ts";
import { mayBeInvalidUtf8, NOT_UTF8 } from "../node/invalid_utf8.ts";

/** Paths that a download under way will take. */
const RESERVED = new Set<string>();
const UNWANTED = /[/\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A name of a server's as a name on this disk: no path, nothing hidden, nothing that a shell or this system takes ill. */
export function safeName(name: string, system = SYSTEM): string {
  const plain = nameOn(system, name.replaceAll(UNWANTED, "_").replace(/^[.\-~]/, "_"));
  return /^[. ]*$/.test(plain) ? "file" : plain;
}

/** A path in a folder that nothing has and no other download will take, until `free` gives it back. */
export async function freePath(folder: string, wanted: string): Promise<{ path: string; free(): void }> {
  const { name, ext } = parse(safeName(wanted));
  for (let n = 0;; n++) {
    const path = join(folder, n === 0 ? `${name}${ext}` : `${name} (${n})${ext}`);
    if (RESERVED.has(path)) continue;
    RESERVED.add(path);
    if (!await exists(path)) return { path, free: () => void RESERVED.delete(path) };
    RESERVED.delete(path);
  }
}

/** A path as one types it in a shell: with `~` for one's own folder. */
export function expandHome(path: string): string {
  const home = env.HOME ?? env.USERPROFILE;
  return home !== undefined && /^~(\/|$)/.test(path) ? `${home}${path.slice(1)}` : path;
}

/** The reason why a file of this disk can't be read or written, in words. */
export function diskErrorText(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  if (error.code === "ENOENT" && "path" in error && mayBeInvalidUtf8(String(error.path))) return NOT_UTF8;
  return REASONS[String(error.code)];
}

const REASONS: Record<string, string> = {
  ENOENT: "there is no such file",
  EACCES: "it may not be read or written",
  EPERM: "it may not be read or written",
  EISDIR: "it is a folder",
  ENOTDIR: "there is a file where a folder should be",
  ENOSPC: "the disk is full",
  EROFS: "the disk can only be read",
  ENAMETOOLONG: "its name is too long",
};

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}
