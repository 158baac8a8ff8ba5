/** Looks for a program on this machine. */

/** The path of a command, if it is where commands are. */
export function findProgram(name: string): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  return [...folders, "/usr/bin", "/usr/sbin"].map((folder) => `${folder}/${name}`).find(isFile);
}

/** Whether there is a file of this path. */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
