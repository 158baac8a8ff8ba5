/**
 * `switchboard doctor`: looks at everything that has to be right for a server with these options, and says what to do
 * about what is not. It changes nothing; a letter is sent only where one is asked for.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rmdir, stat, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { connectionsPossible } from "../monitoring/fd_limit.ts";
import { createMailer } from "../mail.ts";
import { type DataPaths, dataPaths } from "../storage/data_folder.ts";
import { SCHEMA_VERSION } from "../storage/migrations.ts";
import { type Found, lookInto, Snapshot, sqliteVersion } from "../storage/snapshot.ts";
import type { StoredSetting } from "../core/store/store.ts";
import { whyForeign } from "../run/clustered.ts";
import { settingsAtStart } from "../run/given_settings.ts";
import { runningAdminApi } from "./access.ts";
import { address, certificate, exposure, fetchHealth, port } from "./doctor_network.ts";
import type { Finding } from "./finding.ts";

/** What the doctor is given. */
interface Patient {
  config: Config;
  version: string;
  /** Every port that a server with these options listens on, by the name of its option. */
  ports: readonly { name: string; port: number }[];
  /** Where to send a test letter. */
  mailTo?: string;
}

/** Looks at one thing after another. */
export async function* doctor(patient: Patient): AsyncIterable<Finding> {
  const paths = dataPaths(patient.config.data);
  const running = await isRunning(paths);
  yield versions(patient);
  yield await folder(paths);
  yield await disk(paths, patient.config);
  yield database(paths);
  yield running
    ? { state: "ok", about: "server", found: `one runs on ${paths.path}` }
    : { state: "ok", about: "server", found: `none runs on ${paths.path}` };
  for (const each of patient.ports) yield port(each, patient.config, running);
  yield openFiles(patient.config);
  yield await clock(paths, patient.config);
  const certificates = certificate(patient.config);
  if (certificates) yield certificates;
  if (patient.config.publicUrl) yield await address(patient.config.publicUrl, running);
  if (patient.config.cluster) {
    yield* (await import("./doctor_cluster.ts")).cluster(patient.config, foundIn(paths));
  } else {
    const why = whyForeign(foundIn(paths), undefined);
    if (why !== undefined) yield { state: "bad", about: "data folder", found: `${paths.path}: ${why}` };
  }
  yield* exposure(patient.config, settingsAtStart(patient.config, storedSettings(paths)));
  yield await mail(patient, paths);
}

function versions({ version }: Patient): Finding {
  const found =
    `Switchboard ${version}, schema ${SCHEMA_VERSION}, Deno ${Deno.version.deno}, SQLite ${sqliteVersion()}, ${Deno.build.target}`;
  return { state: "ok", about: "versions", found };
}

async function isRunning({ path }: DataPaths): Promise<boolean> {
  return await runningAdminApi(path).then((api) => api?.ask({ op: "room.list" })).then(
    (answer) => answer !== undefined,
    () => false,
  );
}

async function folder({ path }: DataPaths): Promise<Finding> {
  const about = "data folder";
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    const parent = nearest(path);
    return await isWritable(parent) ? { state: "ok", about, found: `${path} is made at the first start` } : {
      state: "bad",
      about,
      found: `${path} can't be made in ${parent}`,
      todo: "name another one with --data",
    };
  }
  if (!found.isDirectory()) {
    return { state: "bad", about, found: `${path} is no folder`, todo: "name another one with --data" };
  }
  if (!await isWritable(path)) {
    const todo = `give it to the user that runs the server: chown -R USER ${path}`;
    return { state: "bad", about, found: `${path} can't be written by this user`, todo };
  }
  if (Deno.build.os !== "windows" && (found.mode & 0o077) !== 0) {
    const todo = `chmod 700 ${path}`;
    return { state: "warn", about, found: `others on this machine may look into ${path}`, todo };
  }
  return { state: "ok", about, found: path };
}

/** Tries it: rights are not all that can be in the way. */
async function isWritable(path: string): Promise<boolean> {
  try {
    await rmdir(await mkdtemp(join(path, ".doctor-")));
    return true;
  } catch {
    return false;
  }
}

async function disk({ path }: DataPaths, { diskFree }: Config): Promise<Finding> {
  const { bavail, bsize } = await statfs(nearest(path));
  const found = `${mebibytes(bavail * bsize)} MiB free`;
  if (bavail * bsize > diskFree) return { state: "ok", about: "disk", found };
  const todo = `make room: nothing more is kept below ${mebibytes(diskFree)} MiB (--disk-free)`;
  return { state: "bad", about: "disk", found, todo };
}

/** What is kept of settings, as far as it can be read. */
function storedSettings({ database }: DataPaths): StoredSetting[] {
  if (!existsSync(database)) return [];
  try {
    const snapshot = new Snapshot(database, { readOnly: true });
    try {
      return snapshot.settings();
    } finally {
      snapshot.close();
    }
  } catch {
    return []; // the database has a line of its own
  }
}

function database({ database }: DataPaths): Finding {
  const about = "database";
  if (!existsSync(database)) return { state: "ok", about, found: "none yet; it is made at the first start" };
  try {
    const snapshot = new Snapshot(database, { readOnly: true });
    const { schema } = snapshot;
    try {
      void snapshot.newestAt; // a schema may be there and nothing else be readable
    } finally {
      snapshot.close();
    }
    if (schema === SCHEMA_VERSION) return { state: "ok", about, found: `schema ${schema}` };
    return { state: "ok", about, found: `schema ${schema}: the next start copies and upgrades it` };
  } catch (error) {
    const todo = "restore a backup, or use the program that wrote it; verify says more";
    return { state: "bad", about, found: error instanceof Error ? error.message : String(error), todo };
  }
}

/** Whose database there is, as far as it can be read. */
function foundIn({ database }: DataPaths): Found {
  try {
    return lookInto(database);
  } catch {
    return { epoch: undefined, seq: 0, isNode: false }; // the database has a line of its own
  }
}

function openFiles({ maxConnections }: Config): Finding {
  const possible = connectionsPossible(maxConnections);
  const about = "open files";
  if (possible === maxConnections) return { state: "ok", about, found: `enough for ${possible} connections` };
  const todo = `raise the limit (LimitNOFILE=${maxConnections + 2_000}), or lower --max-connections`;
  return {
    state: "warn",
    about,
    found: `only enough for ${possible} of ${maxConnections} connections`,
    todo,
  };
}

/** A minute apart, and codes and bans end at the wrong time. */
const CLOCK_OFF_MS = 60_000;

async function clock({ database }: DataPaths, { publicUrl }: Config): Promise<Finding> {
  const about = "clock";
  const todo = "set the clock, and keep it right with NTP (timedatectl set-ntp true)";
  if (existsSync(database)) {
    const ahead = newestAt(database) - Date.now();
    if (ahead > CLOCK_OFF_MS) {
      const found = `the newest message is ${Math.round(ahead / 60_000)} minutes from now`;
      return { state: "bad", about, found, todo };
    }
  }
  const theirs = publicUrl &&
    await fetchHealth(publicUrl).then((answer) => answer.headers.get("Date"), () => null);
  const off = theirs ? Math.abs(Date.parse(theirs) - Date.now()) : 0;
  if (off > CLOCK_OFF_MS) {
    return { state: "warn", about, found: `${Math.round(off / 60_000)} minutes off ${publicUrl}`, todo };
  }
  return { state: "ok", about, found: new Date().toISOString() };
}

function newestAt(database: string): number {
  try {
    const snapshot = new Snapshot(database, { readOnly: true });
    const { newestAt } = snapshot;
    snapshot.close();
    return newestAt ?? 0;
  } catch {
    return 0; // what is wrong with it is said elsewhere
  }
}

async function mail({ config, mailTo }: Patient, paths: DataPaths): Promise<Finding> {
  const about = "mail";
  const where = config.smtp === undefined
    ? `letters are written to ${paths.mail}`
    : `letters go to ${new URL(config.smtp).host}`;
  if (mailTo === undefined) {
    return { state: "ok", about, found: `${where}; --mail-to ADDRESS sends one to see` };
  }
  const { smtp, mailFrom: from } = config;
  const publicUrl = () => config.publicUrl ?? `http://${config.host}:${config.http}`;
  const mailer = createMailer({
    smtp,
    from,
    folder: paths.mail,
    publicUrl,
    newId: () => `test-${Date.now()}`,
  });
  try {
    return { state: "ok", about, found: `a letter to ${mailTo} went ${await mailer.sendTest(mailTo)}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const todo = "see --smtp and --mail-from: host, port, user and password must be right";
    return { state: "bad", about, found: `a letter could not be sent: ${reason}`, todo };
  }
}

/** The folder itself, or the nearest one above it that there is. */
function nearest(path: string): string {
  let at = resolve(path);
  while (!existsSync(at)) at = dirname(at);
  return at;
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
