/**
 * Sessions that the client keeps for the next time, when asked to: a token for each server and person, never a
 * password. One file in the user's configuration folder, which nobody else may read.
 */
import { chmod, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { platform } from "node:process";
import { dirname, join } from "node:path";
import { nameKey } from "../../server/core/shared/names.ts";

/** One session. */
interface SavedSession {
  /** The server, as `addressName` writes it. */
  server: string;
  /** What was typed to sign in. */
  user: string;
  nickname: string;
  token: string;
}

/** Where they are kept: `SWITCHBOARD_SESSIONS`, or a file of the user's configuration folder. */
export function sessionsPath(env: Record<string, string | undefined>): string {
  if (env.SWITCHBOARD_SESSIONS) return env.SWITCHBOARD_SESSIONS;
  const standard = platform === "win32" ? env.APPDATA : env.XDG_CONFIG_HOME;
  return join(
    standard || join(env.HOME ?? env.USERPROFILE ?? ".", ".config"),
    "switchboard",
    "sessions.json",
  );
}

/** The sessions in one file. */
export class SavedSessions {
  constructor(readonly path: string) {}

  /** The one used last for a server, and for a person where that is said. @throws Error when others could read the file */
  async find(server: string, user?: string): Promise<SavedSession | undefined> {
    return (await this.#read()).find((each) =>
      each.server === server && (user === undefined || isOf(each, user))
    );
  }

  /** Keeps one, in the place of an earlier one of the same person there. */
  async keep(session: SavedSession): Promise<void> {
    const others = (await this.#read()).filter((each) =>
      each.server !== session.server || !isOf(each, session.nickname)
    );
    await this.#write([session, ...others]);
  }

  async forget(server: string, token: string): Promise<void> {
    const all = await this.#read();
    const others = all.filter((each) => each.server !== server || each.token !== token);
    if (others.length < all.length) await this.#write(others);
  }

  async #read(): Promise<SavedSession[]> {
    const found = await stat(this.path).catch(() => undefined);
    if (!found) return [];
    if (platform !== "win32" && (found.mode & 0o077) !== 0) {
      throw new Error(`Cannot use ${this.path}: others may read it; chmod 600 it, or remove it`);
    }
    try {
      const { sessions } = JSON.parse(await readFile(this.path, "utf8"));
      if (Array.isArray(sessions) && sessions.every(isSession)) return sessions;
    } catch {
      // Said below.
    }
    throw new Error(`Cannot use ${this.path}: it is damaged; remove it and sign in again`);
  }

  async #write(sessions: readonly SavedSession[]): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const whole = `${this.path}.${crypto.randomUUID()}`;
    await writeFile(whole, `${JSON.stringify({ sessions }, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    await chmod(whole, 0o600);
    await rename(whole, this.path);
  }
}

function isOf({ user, nickname }: SavedSession, name: string): boolean {
  return nameKey(user) === nameKey(name) || nameKey(nickname) === nameKey(name);
}

function isSession(value: unknown): value is SavedSession {
  const fields = ["server", "user", "nickname", "token"];
  return typeof value === "object" && value !== null &&
    fields.every((name) => typeof Reflect.get(value, name) === "string");
}
