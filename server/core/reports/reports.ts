/**
 * Messages that somebody who can read them reports to the administrators, with the text as it was then; and what an
 * administrator may take back: any message of an open room, and one of a private room that was reported.
 */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import { readableMessage } from "../messages/messages.ts";
import { identityOf, recalledFault, takeBack } from "../messages/changes.ts";
import type { Answered, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { pageSize } from "../sessions/paging.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { AdminAnswer, AdminCommand, Report } from "../shared/admin_commands.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";
import type { StoredReport } from "../store/stored_reports.ts";
import { OPERATOR } from "../audit/audit.ts";

/** Reports a message that one can read. @throws bad_text */
export function report(core: Core, caller: Caller, asked: Command<"report">): Prepared<Answer<"report">> {
  const { id: session } = sessionOf(caller);
  const { message } = asked;
  const text = asked.text.trim();
  if (text === "" || [...text].length > LIMITS.reportCharsMax || !text.isWellFormed()) {
    throw new Fault(
      "bad_text",
      `Cannot report: say what is wrong in 1 to ${LIMITS.reportCharsMax} characters`,
    );
  }
  return { proposal: { kind: "report", at: core.clock(), session, id: core.newId(), message, text } };
}

/** Whoever reports a message twice while the first report is open makes no second one. @throws unknown_message recalled bad_request busy */
export function applyReport(state: State, p: Proposal<"report">): Outcome<Answer<"report">> {
  const { person } = sessionIn(state, p.session);
  const { reports } = state.store;
  const message = readableMessage(state, person, p.message, "report");
  if (message.recalled !== null) throw recalledFault("report", p.message);
  if (message.author === person.id) {
    throw new Fault("bad_request", "Cannot report one's own message: recall it");
  }
  if (reports.hasMessage(message.id, person.id)) return { reply: {} };
  checkMayReport(state, person.id);
  const room = message.room === null ? undefined : state.rooms.byId(message.room);
  const file = message.file === null ? undefined : state.store.files.find(message.file);
  const stored: StoredReport = {
    ...{ id: p.id, at: p.at, reporter: person.id, reporterName: person.nickname },
    ...{ message: message.id, author: message.author, authorName: message.from },
    ...{ room: room?.id ?? null, roomName: room?.name ?? null },
    ...{ text: message.text, file: file?.name ?? null, why: p.text, closedAt: null, closedBy: null },
  };
  state.store.write({ kind: "report.add", report: stored });
  const text = `${person.nickname} has reported a message of ${message.from} to the administrators.`;
  return {
    reply: {},
    tell: state.store.administrators().map((id) => ({
      to: { person: id },
      event: { event: "notice", text } as const,
    })),
  };
}

/** @throws busy */
function checkMayReport({ store: { reports } }: State, person: string): void {
  const { reportsPerPersonMax, reportsOpenMax } = LIMITS;
  if (reports.openCount(person) >= reportsPerPersonMax) {
    throw new Fault("busy", `Cannot report: ${reportsPerPersonMax} reports of yours wait to be looked at`);
  }
  if (reports.openCount() >= reportsOpenMax) {
    throw new Fault("busy", `Cannot report: ${reportsOpenMax} reports wait to be looked at`);
  }
}

/** A page of reports. @throws bad_request */
export function listReports(
  core: Core,
  asked: AdminCommand<"report.list">,
): Answered<AdminAnswer<"report.list">> {
  const limit = pageSize(asked.limit ?? LIMITS.reportsListedMax, LIMITS.reportsListedMax);
  const { after: beyond, closed = false } = asked;
  const found = core.store.reports.list({
    closed,
    ...(beyond !== undefined && { beyond }),
    limit: limit + 1,
  });
  const reports = found.slice(0, limit).map((each) => shown(core, each));
  return { reply: { reports, more: found.length > limit, open: core.store.reports.openCount() } };
}

function shown(state: State, stored: StoredReport): Report {
  const { id, at, reporterName: by, message, authorName: from, room, roomName } = stored;
  const { text, file, why, closedAt, closedBy } = stored;
  const there = state.store.message(message);
  return {
    ...{ id, at, by, message, from, room: roomName, text, file, why, closedAt, closedBy },
    isPrivate: room === null || state.rooms.byId(room)?.settings.private !== false,
    gone: !there || there.recalled !== null,
    removable: there !== undefined && there.recalled === null && there.room !== null,
  };
}

/** Somebody has seen to it. */
export function closeReport(
  core: Core,
  { report: id }: AdminCommand<"report.close">,
): Prepared<AdminAnswer<"report.close">> {
  return { proposal: { kind: "admin.report.close", at: core.clock(), report: id } };
}

/** @throws bad_request */
export function applyReportClose(
  state: State,
  { report: id, at, admin }: Proposal<"admin.report.close">,
): Outcome<AdminAnswer<"report.close">> {
  const found = state.store.reports.find(id);
  if (!found) throw new Fault("bad_request", `Cannot close report ${quote(id)}: there is no such one`);
  if (found.closedAt === null) {
    const by = admin === undefined ? OPERATOR : sessionIn(state, admin).person.nickname;
    state.store.write({ kind: "report.close", id, at, by });
  }
  return { reply: { report: id } };
}

/** Takes somebody's message back. */
export function removeMessage(
  core: Core,
  { message }: AdminCommand<"message.remove">,
): Prepared<AdminAnswer<"message.remove">> {
  return { proposal: { kind: "admin.message.remove", at: core.clock(), message } };
}

/** Of an open room any, of a private one what was reported; of what is said in private none. @throws unknown_message recalled */
export function applyMessageRemove(
  state: State,
  { message: id, at, admin }: Proposal<"admin.message.remove">,
): Outcome<AdminAnswer<"message.remove">> {
  const message = state.store.message(id);
  const room = message?.room === null ? undefined : state.rooms.byId(message?.room ?? "");
  const mayBe = room !== undefined &&
    (admin === undefined || !room.settings.private || state.store.reports.hasMessage(id));
  if (!message || !mayBe) {
    throw new Fault(
      "unknown_message",
      `Cannot remove message ${quote(id)}: there is no such one in an open room`,
    );
  }
  if (message.recalled !== null) throw recalledFault("remove", id);
  const who = admin === undefined
    ? { id: OPERATOR, nickname: OPERATOR }
    : identityOf(sessionIn(state, admin).person);
  // Whoever does it hears of it like everybody else: they may have the room before them.
  const { reply: _, ...outcome } = takeBack(state, message, { ...who, session: undefined, at });
  return { ...outcome, reply: { message: id } };
}
