/**
 * Where the operator's commands are taken to the core and to the exchange, so that they stand in the one order with
 * everything that peers do. Who may come here is decided by whoever opens a way to it.
 */
import * as v from "valibot";
import type { Core } from "../core/core.ts";
import type { Decision } from "../core/decision.ts";
import { asFault, Fault } from "../core/shared/faults.ts";
import {
  addAccount,
  deleteAccount,
  disableAccount,
  enableAccount,
  listAccounts,
  resetCode,
  setPassword,
} from "../core/admin/admin_accounts.ts";
import { deleteRoom, listAllRooms, listKicks, unkick } from "../core/admin/admin_rooms.ts";
import type {
  OperatorAnswer,
  OperatorCommand,
  OperatorCommands,
  OperatorOp,
} from "../core/admin/admin_commands.ts";
import { Conflict } from "../core/store.ts";
import type { Exchange } from "./hub.ts";

/** What answers the operator: a server's own desk, or a way to one. */
export interface AdminApi {
  /** @throws Fault */
  ask<K extends OperatorOp>(command: OperatorCommand & { op: K }): Promise<OperatorAnswer<K>>;
}

/** What a desk is given. */
export interface AdminApiOptions {
  core: Core;
  exchange: Exchange;
  /** The address of the page. */
  pageUrl: () => string;
}

type Decided<K extends OperatorOp> = Decision<OperatorAnswer<K>> | Promise<Decision<OperatorAnswer<K>>>;
type Table = { [K in OperatorOp]: (options: AdminApiOptions, command: OperatorCommand<K>) => Decided<K> };

const TABLE: Table = {
  "account.list": ({ core }, command) => listAccounts(core, command),
  "account.add": ({ core }, command) => addAccount(core, command),
  "account.passwd": ({ core }, command) => setPassword(core, command),
  "account.disable": ({ core }, command) => disableAccount(core, command),
  "account.enable": ({ core }, command) => enableAccount(core, command),
  "account.delete": ({ core }, command) => deleteAccount(core, command),
  "account.reset-link": ({ core, pageUrl }, command) => {
    const decided = resetCode(core, command);
    return {
      ...decided,
      settle() {
        const { reply: { code, ...reply } } = decided.settle();
        return { reply: { ...reply, link: `${pageUrl()}/#/reset?code=${code}` } };
      },
    };
  },
  "room.list": ({ core }, command) => listAllRooms(core, command),
  "room.kicks": ({ core }, command) => listKicks(core, command),
  "room.unkick": ({ core }, command) => unkick(core, command),
  "room.delete": ({ core }, command) => deleteRoom(core, command),
};

/** How often a decision that another one overtook is made anew. */
const DECIDE_AGAIN_MAX = 2;

/** Opens a desk on a service. */
export function openDesk(options: AdminApiOptions): AdminApi {
  return {
    async ask<K extends OperatorOp>(command: OperatorCommand & { op: K }): Promise<OperatorAnswer<K>> {
      const run = TABLE[command.op] as (options: AdminApiOptions, command: OperatorCommand) => Decided<K>;
      for (let again = 0;; again++) {
        try {
          return await settled(options.exchange, await run(options, command));
        } catch (error) {
          if (error instanceof Conflict && again < DECIDE_AGAIN_MAX) continue;
          throw asFault(error);
        }
      }
    },
  };
}

function settled<Reply>(exchange: Exchange, decision: Decision<Reply>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    exchange.submit(decision, { settled: ({ reply }) => resolve(reply as Reply), failed: reject });
  });
}

type Fields = { [K in OperatorOp]: v.GenericSchema<unknown, OperatorCommands[K]["asks"]> };

const text = v.string();
const maybeText = v.exactOptional(v.string());
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
  }),
  "account.passwd": v.object({ name: text, password: text }),
  "account.disable": name,
  "account.enable": name,
  "account.delete": name,
  "account.reset-link": name,
  "room.list": page,
  "room.kicks": v.object({ room: text }),
  "room.unkick": v.object({ room: text, nickname: text }),
  "room.delete": v.object({ room: text }),
};

/** Reads an operator's command in JSON. @throws Fault bad_request unknown_op */
export function readOperatorCommand(value: unknown): OperatorCommand {
  const op = (value as { op?: unknown } | null)?.op;
  if (typeof op !== "string" || !Object.hasOwn(FIELDS, op)) {
    throw new Fault(
      "unknown_op",
      "Cannot do this: there is no such command; the program and the server differ",
    );
  }
  const result = v.safeParse(FIELDS[op as OperatorOp], value);
  if (result.success) return { op, ...result.output } as OperatorCommand;
  throw new Fault("bad_request", `Cannot do ${op}: ${v.getDotPath(result.issues[0])} is wrong`);
}
