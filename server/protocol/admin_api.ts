/**
 * Where the operator's commands are taken to the core and to the log, so that they stand in the one order with
 * everything that peers do. Who may come here is decided by whoever opens a way to it.
 */
import * as v from "valibot";
import { OPERATOR, stampedFrom } from "../core/audit/audit.ts";
import { type Caller, sessionOf } from "../core/caller.ts";
import type { Core, Prepared } from "../core/core.ts";
import type { Proposal } from "../core/proposals.ts";
import type { Command } from "../core/shared/commands.ts";
import { type By, checkAdministrator } from "../core/admin/by.ts";
import type { Answered } from "../core/outcome.ts";
import { asFault, Fault } from "../core/shared/faults.ts";
import {
  addAccount,
  deleteAccount,
  disableAccount,
  enableAccount,
  listAccounts,
  resetLink,
  setPassword,
  setRole,
} from "../core/admin/admin_accounts.ts";
import { listSettings, setSetting } from "../core/admin/admin_settings.ts";
import { listSessionsOf, signOutAccount } from "../core/admin/admin_sessions.ts";
import { closeReport, listReports, removeMessage } from "../core/reports/reports.ts";
import { listAudit } from "../core/admin/admin_audit.ts";
import { inviteAsOperator, listAllInvitations, revokeAny } from "../core/admin/admin_invitations.ts";
import { deleteRoom, listAllRooms, listKicks, unkick } from "../core/admin/admin_rooms.ts";
import type { AdminAnswer, AdminCommand, AdminCommands, AdminOp } from "../core/shared/admin_commands.ts";
import type { Log } from "../log/log.ts";
import type { Waiting } from "./hub.ts";

/** What answers the operator: a server's own API, or a way to one. */
export interface AdminApi {
  /** @throws Fault */
  ask<K extends AdminOp>(command: AdminCommand & { op: K }): Promise<AdminAnswer<K>>;
}

/** What the admin API is given. */
interface AdminApiOptions {
  core: Core;
  log: Log<Waiting>;
}

type Row<K extends AdminOp> =
  & ({
    prepare(core: Core, command: AdminCommand<K>, by: By): Prepared | Promise<Prepared>;
    ask?: never;
  } /** What is answered without any change. */ | {
    ask(core: Core, command: AdminCommand<K>, by: By): Answered;
    prepare?: never;
  })
  & {
    /** An administrator can't do it by the op `admin`: it takes a password for somebody else. */
    operatorOnly?: true;
  };

const TABLE: { readonly [K in AdminOp]: Row<K> } = {
  "account.list": { ask: listAccounts },
  "account.add": { prepare: addAccount, operatorOnly: true },
  "account.passwd": { prepare: setPassword, operatorOnly: true },
  "account.disable": { prepare: disableAccount },
  "account.enable": { prepare: enableAccount },
  "account.delete": { prepare: deleteAccount },
  "account.role": { prepare: setRole },
  "account.sessions": { ask: listSessionsOf },
  "account.sign-out": { prepare: signOutAccount },
  "account.reset-link": { prepare: resetLink },
  "room.list": { ask: listAllRooms },
  "room.kicks": { ask: listKicks },
  "room.unkick": { prepare: unkick },
  "room.delete": { prepare: deleteRoom },
  "invitation.make": { prepare: inviteAsOperator },
  "invitation.list": { ask: listAllInvitations },
  "invitation.revoke": { prepare: revokeAny },
  "settings": { ask: listSettings },
  "settings.set": { prepare: setSetting },
  "report.list": { ask: listReports },
  "report.close": { prepare: closeReport },
  "message.remove": { prepare: removeMessage },
  "audit.list": { ask: listAudit },
};

/** Opens the admin API of a service. */
export function openAdminApi({ core, log }: AdminApiOptions): AdminApi {
  return {
    async ask<K extends AdminOp>(command: AdminCommand & { op: K }): Promise<AdminAnswer<K>> {
      const row = TABLE[command.op] as Row<AdminOp>;
      try {
        const reply = await answerOf(
          log,
          row.ask
            ? { ask: () => row.ask(core, command, undefined) }
            : await row.prepare(core, command, undefined),
        );
        return reply as AdminAnswer<K>;
      } catch (error) {
        throw asFault(error);
      }
    },
  };
}

/**
 * An administrator's command, of a peer: the same as the operator's, but for what takes a password, and for what is in
 * private rooms. @throws Fault
 */
export async function administer(
  core: Core,
  caller: Caller,
  { command: asked }: Command<"admin">,
): Promise<Prepared> {
  const { id: admin, person } = sessionOf(caller);
  checkAdministrator(core, person);
  const command = readAdminCommand(asked);
  const row = TABLE[command.op] as Row<AdminOp>;
  if (row.operatorOnly) {
    throw new Fault("forbidden", `Cannot do ${command.op}: only whoever has the server's machine can`);
  }
  if (row.ask) return { ask: () => row.ask(core, command, person) };
  const prepared = await row.prepare(core, command, person);
  if (!("proposal" in prepared)) return prepared;
  checkNotOneself(prepared.proposal, person.id);
  return { ...prepared, proposal: { ...prepared.proposal, admin } as Proposal };
}

/** An administrator does not end what they stand on by a slip. @throws bad_request */
function checkNotOneself(proposal: Proposal, id: string): void {
  const kinds: readonly Proposal["kind"][] = ["admin.disable", "admin.delete", "admin.role"];
  if (!kinds.includes(proposal.kind) || !("account" in proposal) || proposal.account !== id) return;
  throw new Fault("bad_request", "Cannot do this to yourself: another administrator can", {
    reason: "yourself",
  });
}

function answerOf(log: Log<Waiting>, prepared: Prepared): Promise<unknown> {
  const answer = "answer" in prepared ? prepared.answer as (reply: unknown) => unknown : undefined;
  return new Promise((resolve, reject) => {
    log.append({
      ...("proposal" in prepared ? { proposal: stampedFrom(prepared.proposal, OPERATOR) } : prepared),
      waiting: {
        done: ({ fault, reply }) => fault ? reject(fault) : resolve(answer ? answer(reply) : reply),
      },
    });
  });
}

type Fields = { [K in AdminOp]: v.GenericSchema<unknown, AdminCommands[K]["asks"]> };

const text = v.string();
const maybeText = v.exactOptional(v.string());
const maybeNumber = v.exactOptional(v.pipe(v.number(), v.safeInteger()));
const name = v.object({ name: text });
const page = v.object({ after: maybeText, text: maybeText, limit: maybeNumber });

const FIELDS: Fields = {
  "account.list": page,
  "account.add": v.object({
    username: text,
    nickname: text,
    password: text,
    email: maybeText,
    phone: maybeText,
    admin: v.exactOptional(v.boolean()),
  }),
  "account.passwd": v.object({ name: text, password: text }),
  "account.disable": name,
  "account.enable": name,
  "account.delete": name,
  "account.role": v.object({ name: text, role: v.picklist(["member", "admin"]) }),
  "account.sessions": name,
  "account.sign-out": v.object({ name: text, session: maybeText }),
  "account.reset-link": name,
  "room.list": page,
  "room.kicks": v.object({ room: text }),
  "room.unkick": v.object({ room: text, nickname: text }),
  "room.delete": v.object({ room: text }),
  "invitation.make": v.object({
    rooms: v.exactOptional(v.array(text)),
    uses: maybeNumber,
    days: maybeNumber,
  }),
  "invitation.list": v.object({ before: maybeText }),
  "invitation.revoke": v.object({ invitation: text }),
  "settings": v.object({}),
  "settings.set": v.object({ setting: text, value: v.nullable(text) }),
  "report.list": v.object({ closed: v.exactOptional(v.boolean()), after: maybeText, limit: maybeNumber }),
  "report.close": v.object({ report: text }),
  "message.remove": v.object({ message: text }),
  "audit.list": v.object({
    since: maybeNumber,
    after: maybeNumber,
    before: maybeNumber,
    text: maybeText,
    limit: maybeNumber,
  }),
};

/** Reads an operator's command in JSON. @throws Fault bad_request unknown_op */
export function readAdminCommand(value: unknown): AdminCommand {
  const op = (value as { op?: unknown } | null)?.op;
  if (typeof op !== "string" || !Object.hasOwn(FIELDS, op)) {
    throw new Fault(
      "unknown_op",
      "Cannot do this: there is no such command; the program and the server differ",
    );
  }
  const result = v.safeParse(FIELDS[op as AdminOp], value);
  if (result.success) return { op, ...result.output } as AdminCommand;
  throw new Fault("bad_request", `Cannot do ${op}: ${v.getDotPath(result.issues[0])} is wrong`);
}
