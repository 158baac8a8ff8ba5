/** Requests of a RoomChat program, each with what to say to its outcome. */
import type { Answer, Command, Commands, Op } from "../../../core/shared/commands.ts";
import type { Fault, FaultCode } from "../../../core/shared/faults.ts";
import type { Inbound, MalformedInput, Output, Request, Result } from "../../dialect.ts";
import { complain, inform } from "./parser.ts";

/** What is said to an outcome; nothing to a success, and the reason to a fault, where this does not say otherwise. */
interface Outcome<K extends Op> {
  done?(reply: Answer<K>): Output;
  failed?(fault: Fault): Output;
}

/** A request that knows what to say to its outcome. */
export function request<K extends Op>(op: K, fields: Commands[K]["asks"], outcome: Outcome<K> = {}): Request {
  const { done = () => ({}), failed = explain } = outcome;
  const then = (result: Result) => "fault" in result ? failed(result.fault) : done(result.reply as Answer<K>);
  return { tag: then, command: { op, ...fields } as Command };
}

/** Something that is no request. `fatal`: nothing after it can be read. */
export function malformed(fault: Fault, fatal = false): MalformedInput {
  return { tag: undefined, fault, ...(fatal && { fatal }) };
}

/** Says what came of something. */
export function answerTo({ tag }: Inbound, result: Result): Output {
  if (typeof tag === "function") return (tag as (result: Result) => Output)(result);
  return "fault" in result ? explain(result.fault) : {};
}

/** What no page writes that is used as it was meant. */
const MALFORMED: readonly FaultCode[] = ["bad_request", "bad_utf8", "not_signed_in"];

/** Says why not: to the page what it wrote wrong, to the person what a person can have done. */
export function explain({ code, message }: Fault): Output {
  return { words: MALFORMED.includes(code) ? complain(message) : inform(message) };
}
