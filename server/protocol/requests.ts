/** Requests in JSON, as the native dialect has them in lines and HTTP in bodies. It knows their form and no meaning. */
import * as v from "valibot";
import type { Command } from "../core/shared/commands.ts";
import { Fault, type FaultCode, quote } from "../core/shared/faults.ts";
import type { Inbound } from "./dialect.ts";
import { FIELDS, type NativeOp } from "./request_fields.ts";

/** What its peer calls a request. */
export type Tag = number | string | null;

/** What a request is called by its peer, in the reply too. */
export function tagOf(value: object): Tag {
  const { id } = value as { id?: unknown };
  return typeof id === "number" || typeof id === "string" ? id : null;
}

/** Reads a request. */
export function readRequest(value: unknown): Inbound {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return malformed("bad_request", 'Cannot read this: a request is a JSON object with an "op"');
  }
  const { op } = value as { op?: unknown };
  const tag = tagOf(value);
  if (typeof op !== "string") {
    return malformed("bad_request", 'Cannot read this request: "op" is missing', tag);
  }
  if (!Object.hasOwn(FIELDS, op)) {
    return malformed(
      "unknown_op",
      `Cannot do ${quote(op)}: there is no such op; docs/protocol.md lists them`,
      tag,
    );
  }
  const result = v.safeParse(FIELDS[op as NativeOp], value);
  if (result.success) return { tag, command: { op, ...result.output } as Command };
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? "";
  const received = typeof issue.input === "string" ? quote(issue.input) : issue.received;
  const problem = received === "undefined"
    ? "is missing"
    : `must be ${issue.expected ?? issue.type}, not ${received}`;
  return malformed("bad_request", `Cannot ${op}: ${JSON.stringify(path)} ${problem}`, tag);
}

/** What could not be read as a request. */
export function malformed(code: FaultCode, message: string, tag: Tag = null): Inbound {
  return { tag, fault: new Fault(code, message) };
}
