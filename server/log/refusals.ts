/** What those are told whose proposals the log of several nodes does not take, or not now. */
import { Fault } from "../core/shared/faults.ts";

const LOOK = "and whether this was kept is not known: look before you do it again";

/** Too few servers answer; `more`: what that means for what was asked. */
export function unavailable(more: string): Fault {
  return new Fault("unavailable", `Cannot do this now: too few of the cluster's servers answer, ${more}`, {
    retryAfterMs: 2_000,
  });
}

/** There is nothing to put anything into. */
export function streamGone(): Fault {
  return new Fault("unavailable", "Cannot do this now: the cluster's log is gone from its NATS servers", {
    retryAfterMs: 2_000,
  });
}

/** Of what was put into the log, and nothing has come of. */
export function fateUnknown(): Fault {
  return unavailable(LOOK);
}

/** Of what is in the log, or may be, while this node's disk refuses, for a reason, to keep what is in it. */
export function elsewhere({ detail }: Fault): Fault {
  const words = `Cannot do this now: the disk of this server keeps nothing, ${LOOK}`;
  return new Fault("unavailable", words, { retryAfterMs: 2_000, ...(detail !== undefined && { detail }) });
}

/** Of what goes into no message. */
export function tooLarge(): Fault {
  return new Fault("too_large", "Cannot do this: it is larger than the cluster's NATS servers take at once");
}

/** A question to which that is the answer. */
export function refusing(fault: Fault): () => never {
  return () => {
    throw fault;
  };
}
