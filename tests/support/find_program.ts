/** Looks for a program on this machine. */

/** The path of a command, if it is where commands are. */
export function findProgram(name: string): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  return [...folders, "/usr/bin", "/usr/sbin"].map((folder) => `${folder}/${name}`).find(isFile);
}

/** The path of WeeChat without a screen, if its FIFO, which Debian has in a package of its own, is there too. */
export function findWeeChat(): string | undefined {
  const folders = Array.from(readFolder("/usr/lib"), ({ name }) => `/usr/lib/${name}/weechat/plugins`);
  return folders.some((folder) => isFile(`${folder}/fifo.so`)) ? findProgram("weechat-headless") : undefined;
}

function readFolder(path: string): Iterable<Deno.DirEntry> {
  try {
    return Array.from(Deno.readDirSync(path));
  } catch {
    return [];
  }
}

/** Whether there is a file of this path. */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
