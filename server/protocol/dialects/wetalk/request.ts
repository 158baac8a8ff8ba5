/** Requests of a WeTalk program, each with what to say to its outcome: answers carry nothing that tells which it was. */
import { Fault, type FaultCode } from "../../../core/shared/faults.ts";
import type { MalformedInput, Output } from "../../dialect.ts";
import { malformed, requestsWith } from "../../own_requests.ts";
import { notice } from "./parser.ts";

export const { request, answerTo } = requestsWith(explain);

/** Something that is no request, with the reason. */
export function refused(code: FaultCode, message: string): MalformedInput {
  return malformed(new Fault(code, message));
}

/** Says why not, and what helps as far as these programs can do it. */
export function explain({ code, message }: Fault): Output {
  return {
    words: notice(code === "not_signed_in" ? "Cannot do this before entering with a nickname" : message),
  };
}

/** Who may not kick, or whom nobody knows: nothing happens. */
export function explainKick(fault: Fault): Output {
  return fault.code === "not_owner" || fault.code === "not_member" ? {} : explain(fault);
}
