/**
 * Where the operator's commands are taken to the core and to the log, so that they stand in the one order with
 * everything that peers do. Who may come here is decided by whoever opens a way to it.
 */
import * as v from "valibot";
import { OPERATOR, stampedFrom } from "../core/audit/audit.ts";
import type { Core, Prepared } from "../core/core.ts";
import type { Answered } from "../core/outcome.ts";
import { asFault, Fault } from "../core/shared/faults.ts";
import {
  addAccount,
  deleteAccount,
  disableAccount,
  enableAccount,
  listAccounts,
  resetCode,
  setPassword,
  setRole,
} from "../core/admin/admin_accounts.ts";
import { listSettings, setSetting } from "../core/admin/admin_settings.ts";
import { listAudit } from "../core/admin/admin_audit.ts";
import { deleteRoom, listAllRooms, listKicks, unkick } from "../core/admin/admin_rooms.ts";
import type { AdminAnswer, AdminCommand, AdminCommands, AdminOp } from "../core/admin/admin_commands.ts";
import type { LocalLog } from "../log/local_log.ts";
import type { Waiting } from "./hub.ts";

/** What answers the operator: a server's own API, or a way to one. */
export interface AdminApi {
  /** @throws Fault */
  ask<K extends AdminOp>(command: AdminCommand & { op: K }): Promise<AdminAnswer<K>>;
}

/** What the admin API is given. */
interface AdminApiOptions {
  core: Core;
  log: LocalLog<Waiting>;
  /** The address of the page. */
  pageUrl: () => string;
}

type Row<K extends AdminOp> =
  | { prepare(core: Core, command: AdminCommand<K>): Prepared | Promise<Prepared>; ask?: never }
  /** What is answered without any change. */
  | { ask(core: Core, command: AdminCommand<K>): Answered; prepare?: never };

const TABLE: { readonly [K in AdminOp]: Row<K> } = {
  "account.list": { ask: listAccounts },
  "account.add": { prepare: addAccount },
  "account.passwd": { prepare: setPassword },
  "account.disable": { prepare: disableAccount },
  "account.enable": { prepare: enableAccount },
  "account.delete": { prepare: deleteAccount },
  "account.role": { prepare: setRole },
  "account.reset-link": { prepare: resetCode },
  "room.list": { ask: listAllRooms },
  "room.kicks": { ask: listKicks },
  "room.unkick": { prepare: unkick },
  "room.delete": { prepare: deleteRoom },
  "settings": { ask: listSettings },
  "settings.set": { prepare: setSetting },
  "audit.list": { ask: listAudit },
};

/** Opens the admin API of a service. */
export function openAdminApi({ core, log, pageUrl }: AdminApiOptions): AdminApi {
  return {
    async ask<K extends AdminOp>(command: AdminCommand & { op: K }): Promise<AdminAnswer<K>> {
      const row = TABLE[command.op] as Row<AdminOp>;
      try {
        const reply = await answerOf(
          log,
          row.ask ? { ask: () => row.ask(core, command) } : await row.prepare(core, command),
        );
        return linked(reply, pageUrl) as AdminAnswer<K>;
      } catch (error) {
        throw asFault(error);
      }
    },
  };
}

/** The core knows no address of the page: a code becomes a link to it here. */
function linked(reply: unknown, pageUrl: () => string): unknown {
  if (typeof reply !== "object" || reply === null || !("code" in reply)) return reply;
  const { code, ...rest } = reply;
  return { ...rest, link: `${pageUrl()}/#/reset?code=${code}` };
}

function answerOf(log: LocalLog<Waiting>, prepared: Prepared): Promise<unknown> {
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
const page = v.object({ after: maybeText });

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
  "account.reset-link": name,
  "room.list": page,
  "room.kicks": v.object({ room: text }),
  "room.unkick": v.object({ room: text, nickname: text }),
  "room.delete": v.object({ room: text }),
  "settings": v.object({}),
  "settings.set": v.object({ setting: text, value: v.nullable(text) }),
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
