/** What somebody chose, dropped or pasted: files, and folders with everything in them. */
import { words } from "../words.ts";

/** One thing to send. */
export type Picked = PickedFile | PickedFolder;

/** A file by itself. */
export interface PickedFile {
  readonly kind: "file";
  readonly name: string;
  readonly size: number;
  readonly file: File;
}

/** A folder; its files and its empty folders have paths below it, with "/" between names. */
export interface PickedFolder {
  readonly kind: "folder";
  readonly name: string;
  /** Bytes of all files. */
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly file: File }[];
  readonly empty: readonly string[];
}

/** Files of an `<input type="file">`, with or without `webkitdirectory`. */
export function pickedByInput(list: FileList | null): Picked[] {
  const found: Picked[] = [];
  const folders = new Map<string, { path: string; file: File }[]>();
  for (const file of list ?? []) {
    const [folder = "", ...rest] = file.webkitRelativePath.split("/");
    if (rest.length === 0) found.push(fileOf(file));
    else {
      const files = folders.get(folder) ?? [];
      folders.set(folder, files);
      files.push({ path: rest.join("/"), file });
    }
  }
  for (const [name, files] of folders) found.push(folderOf(name, files, []));
  return found;
}

/** Files and folders of a drop. Reads the drop before it returns, as it must: later it is empty. */
export function pickedByDrop(drop: DataTransfer): Promise<Picked[]> {
  const found = Array.from(drop.items).filter((item) => item.kind === "file").map((item) => {
    const entry = item.webkitGetAsEntry();
    if (entry?.isDirectory) return readFolder(entry as FileSystemDirectoryEntry);
    const file = item.getAsFile();
    return file ? fileOf(file) : undefined;
  });
  return Promise.all(found).then((all) => all.filter((each) => each !== undefined));
}

/** Files of a paste. Text that comes with a picture of itself, as office programs copy it, stays text. */
export function pickedByPaste(paste: DataTransfer, at: Date): Picked[] {
  if (paste.types.includes("text/plain") && paste.types.includes("text/html")) return [];
  return Array.from(paste.files, (file) => fileOf(isUnnamed(file) ? renamed(file, at) : file));
}

/** A text that is too long for a message, as a file. */
export function pickedFromText(text: string, at: Date): PickedFile {
  return fileOf(new File([text], words.textFile(timeInName(at)), { type: "text/plain" }));
}

function fileOf(file: File): PickedFile {
  return { kind: "file", name: file.name, size: file.size, file };
}

function folderOf(name: string, files: PickedFolder["files"], empty: readonly string[]): PickedFolder {
  return { kind: "folder", name, size: files.reduce((sum, { file }) => sum + file.size, 0), files, empty };
}

async function readFolder(entry: FileSystemDirectoryEntry): Promise<PickedFolder> {
  const files: { path: string; file: File }[] = [];
  const empty: string[] = [];
  const walk = async (folder: FileSystemDirectoryEntry, path: string) => {
    const inside = await entriesOf(folder);
    if (inside.length === 0 && path !== "") empty.push(path);
    for (const each of inside) {
      const below = path === "" ? each.name : `${path}/${each.name}`;
      if (each.isDirectory) await walk(each as FileSystemDirectoryEntry, below);
      else {
        const file = await new Promise<File>((resolve, reject) =>
          (each as FileSystemFileEntry).file(resolve, reject)
        );
        files.push({ path: below, file });
      }
    }
  };
  await walk(entry, "");
  return folderOf(entry.name, files, empty);
}

/** Everything in a folder; the reader gives it in portions, the last of which is empty. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  while (true) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject)
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** A picture from the clipboard is `image.png`, whatever it shows. */
function isUnnamed(file: File): boolean {
  return /^image\.\w+$/.test(file.name);
}

function renamed(file: File, at: Date): File {
  return new File([file], file.name.replace("image", `picture ${timeInName(at)}`), { type: file.type });
}

function timeInName(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString();
  return local.slice(0, 19).replace("T", " ").replaceAll(":", ".");
}
