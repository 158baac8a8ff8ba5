/**
 * Requests that know what to say to their outcomes, for dialects whose answers carry nothing that tells to which request they are: the
 * tag of each is what its codec says then.
 */
import type { Answer, Command, Commands, Op } from "../core/shared/commands.ts";
import type { Fault } from "../core/shared/faults.ts";
import type { Inbound, MalformedInput, Output, Request, Result } from "./dialect.ts";

/** What is said to an outcome; nothing to a success, and the reason to a fault, where this does not say otherwise. */
interface Outcome<K extends Op> {
  done?(reply: Answer<K>): Output;
  failed?(fault: Fault): Output;
}

type Then = (result: Result) => Output;

/** How a dialect asks, and answers. `explain`: how it says why not. */
export function requestsWith(explain: (fault: Fault) => Output) {
  return {
    request<K extends Op>(op: K, fields: Commands[K]["asks"], outcome: Outcome<K> = {}): Request {
      const { done = () => ({}), failed = explain } = outcome;
      const then: Then = (result) =>
        "fault" in result ? failed(result.fault) : done(result.reply as Answer<K>);
      return { tag: then, command: { op, ...fields } as Command };
    },
    /** Says what came of something. */
    answerTo({ tag }: Inbound, result: Result): Output {
      if (typeof tag === "function") return (tag as Then)(result);
      return "fault" in result ? explain(result.fault) : {};
    },
  };
}

/** Something that is no request. `fatal`: nothing after it can be read. */
export function malformed(fault: Fault, fatal = false): MalformedInput {
  return { tag: undefined, fault, ...(fatal && { fatal }) };
}
