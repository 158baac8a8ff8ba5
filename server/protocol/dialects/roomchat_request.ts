/** Requests of a RoomChat program, each with what to say to its outcome. */
import type { Answer, Command, Commands, Op } from "../../core/commands.ts";
import type { Fault } from "../../core/faults.ts";
import type { Asked, Nonsense, Request, Result, Said } from "../dialect.ts";
import { complain } from "./roomchat_grammar.ts";

/** What is said to an outcome; nothing to a success, and the reason to a fault, where this does not say otherwise. */
interface Outcome<K extends Op> {
  done?(reply: Answer<K>): Said;
  failed?(fault: Fault): Said;
}

/** A request that knows what to say to its outcome. */
export function request<K extends Op>(op: K, fields: Commands[K]["asks"], outcome: Outcome<K> = {}): Request {
  const { done = () => ({}), failed = explain } = outcome;
  const then = (result: Result) => "fault" in result ? failed(result.fault) : done(result.reply as Answer<K>);
  return { tag: then, command: { op, ...fields } as Command };
}

/** Something that is no request. `fatal`: nothing after it can be read. */
export function nonsense(fault: Fault, fatal = false): Nonsense {
  return { tag: undefined, fault, ...(fatal && { fatal }) };
}

/** Says what came of something. */
export function answerTo({ tag }: Asked, result: Result): Said {
  if (typeof tag === "function") return (tag as (result: Result) => Said)(result);
  return "fault" in result ? explain(result.fault) : {};
}

/** Says why not. */
export function explain({ message }: Fault): Said {
  return { words: complain(message) };
}
