/**
 * The end of what is old: messages and files that are kept for so many days and no longer. A walk through all conversations
 * finds them, a few at each step, so that nobody is held up. What is pinned, and what still waits for somebody, stays.
 */
import { idsOf } from "../files/file_access.ts";
import type { Core } from "../core.ts";
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { DAY_MS, LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";
import type { StoredFile } from "../store/stored_files.ts";
import type { FilesPlace, MessagesPlace } from "./retention_walk.ts";
import type { StoredMessage } from "../store/store.ts";

/** Every second: the next few things that are kept no longer. */
export function aged(core: Core, now: number): Proposal<"messages.end" | "files.end">[] {
  const { retention } = core;
  if (retention.places.length === 0) {
    if (now < retention.next) return [];
    retention.next = now + LIMITS.retentionEveryMs;
    retention.places = placesOf(core);
  }
  for (let visited = 0; visited < LIMITS.retentionPlacesAtOnceMax; visited++) {
    const place = retention.places.at(-1);
    if (!place) return [];
    const found = "files" in place ? filesAt(core, place, now) : messagesAt(core, place, now);
    if (found.isDone) retention.places.pop();
    if (found.proposal) return [found.proposal];
  }
  return [];
}

/** Conversations whose messages are not kept for ever, and the files. */
function placesOf(core: Core): (FilesPlace | MessagesPlace)[] {
  const rooms = Array.from(core.rooms.all()).filter(({ id }) => daysIn(core, id) > 0);
  return [
    ...(core.settings.get("keep_files") > 0 ? [{ files: true, after: undefined } as const] : []),
    ...(daysIn(core, null) > 0 ? [{ messages: null, after: 0 }] : []),
    ...rooms.map(({ id }) => ({ messages: id, after: 0 })),
  ];
}

interface Found {
  isDone: boolean;
  proposal?: Proposal<"messages.end" | "files.end">;
}

function messagesAt(core: Core, place: MessagesPlace, now: number): Found {
  const before = now - daysIn(core, place.messages) * DAY_MS;
  const page = core.store.retention.messagesAfter(place.messages, place.after, LIMITS.messagesEndedAtOnceMax);
  const old = page.filter(({ at }) => at < before);
  const isDone = page.length < LIMITS.messagesEndedAtOnceMax || old.length === 0;
  place.after = page.at(-1)?.seq ?? place.after;
  const messages = old.filter(({ id }) => ends(core, core.store.message(id), now)).map(({ id }) => id);
  if (messages.length === 0) return { isDone };
  return { isDone, proposal: { kind: "messages.end", at: now, messages } };
}

function filesAt(core: Core, place: FilesPlace, now: number): Found {
  const before = now - core.settings.get("keep_files") * DAY_MS;
  const page = core.store.retention.filesBefore(before, place.after, LIMITS.filesEndedAtOnceMax);
  const last = page.at(-1);
  if (last) place.after = last;
  const isDone = page.length < LIMITS.filesEndedAtOnceMax;
  const files = page.map(({ id }) => id).filter((id) => fileEnds(core, core.store.files.find(id), now));
  if (files.length === 0) return { isDone };
  return { isDone, proposal: { kind: "files.end", at: now, files } };
}

/** Messages that are old by the settings of now go, with their bytes. */
export function applyMessagesEnd(state: State, p: Proposal<"messages.end">): Outcome {
  const found = p.messages.map((id) => state.store.message(id))
    .filter((message): message is StoredMessage => ends(state, message, p.at));
  for (const room of new Set(found.map((message) => message.room))) {
    const seqs = found.filter((message) => message.room === room).map(({ seq }) => seq);
    state.store.write({ kind: "messages.end", room, seqs });
  }
  const gone: string[] = [];
  for (const id of new Set(found.map(({ file }) => file))) {
    const file = id === null ? undefined : state.store.files.find(id);
    // It was said again later.
    if (!file || state.store.messageOfFile(file.id)) continue;
    gone.push(...idsOf(state, file));
    state.store.write({ kind: "file.forget", id: file.id });
  }
  return { gone };
}

/** Files that are old by the settings of now go; the messages that brought them say so. */
export function applyFilesEnd(state: State, p: Proposal<"files.end">): Outcome {
  const gone: string[] = [];
  for (const id of p.files) {
    const file = state.store.files.find(id);
    if (!fileEnds(state, file, p.at)) continue;
    gone.push(...idsOf(state, file!));
    state.store.write({ kind: "file.gone", id });
  }
  return { gone };
}

/** For how many days messages of a room, or private ones, are kept; 0: for ever. A room may have less than the server. */
export function daysIn({ settings, rooms }: Pick<State, "settings" | "rooms">, room: string | null): number {
  const all = settings.get("keep_messages");
  const own = room === null ? 0 : rooms.byId(room)?.settings.keep_days ?? 0;
  return own === 0 || all === 0 ? Math.max(own, all) : Math.min(own, all);
}

function ends(state: State, message: StoredMessage | undefined, now: number): boolean {
  if (!message) return false;
  const { store: { files, retention } } = state;
  const days = daysIn(state, message.room);
  if (days === 0 || message.at >= now - days * DAY_MS) return false;
  if (retention.isAwaited(message.seq) || retention.isPinned(message.seq)) return false;
  const file = message.file === null ? undefined : files.find(message.file);
  return !file || !waits(file);
}

function fileEnds({ settings, store }: State, file: StoredFile | undefined, now: number): boolean {
  const days = settings.get("keep_files");
  if (file?.state !== "stored" || days === 0 || file.createdAt >= now - days * DAY_MS) return false;
  return !waits(file) && !store.retention.isFilePinned(file.id);
}

/** Nobody has answered it yet. */
function waits({ offer, state }: StoredFile): boolean {
  return offer === "waiting" && state === "stored";
}
