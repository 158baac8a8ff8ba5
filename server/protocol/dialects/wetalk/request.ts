/** Requests of a WeTalk program, each with what to say to its outcome: answers carry nothing that tells which it was. */
import type { Answer, Command, Commands, Op } from "../../../core/shared/commands.ts";
import { Fault, type FaultCode } from "../../../core/shared/faults.ts";
import type { Inbound, MalformedInput, Output, Request, Result } from "../../dialect.ts";
import { notice } from "./parser.ts";

/** What is said to an outcome; nothing to a success, and the reason to a fault, where this does not say otherwise. */
interface Outcome<K extends Op> {
  done?(reply: Answer<K>): Output;
  failed?(fault: Fault): Output;
}

type Then = (result: Result) => Output;

/** A request that knows its answer. */
export function request<K extends Op>(op: K, fields: Commands[K]["asks"], outcome: Outcome<K> = {}): Request {
  const { done = () => ({}), failed = explain } = outcome;
  const then: Then = (result) => "fault" in result ? failed(result.fault) : done(result.reply as Answer<K>);
  return { tag: then, command: { op, ...fields } as Command };
}

/** Something that is no request. */
export function malformed(fault: Fault, fatal = false): MalformedInput {
  return { tag: undefined, fault, fatal };
}

/** Something that is no request, with the reason. */
export function refused(code: FaultCode, message: string): MalformedInput {
  return malformed(new Fault(code, message));
}

/** Says what came of something. */
export function answerTo({ tag }: Inbound, result: Result): Output {
  if (typeof tag === "function") return (tag as Then)(result);
  return "fault" in result ? explain(result.fault) : {};
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
