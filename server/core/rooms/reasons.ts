/** Why somebody does something in a room, in words of their own, which those who are there are told. */
import { checkLine } from "../accounts/names.ts";
import { LIMITS } from "../shared/limits.ts";

/** Whatever may have a reason. */
interface Reasoned {
  readonly reason?: string;
}

/** The reason that was given, if it says anything. @throws bad_text */
export function givenReason({ reason = "" }: Reasoned, action: string): Reasoned {
  checkLine(reason, `Cannot ${action} for this reason`, LIMITS.reasonCharsMax);
  return reason.trim() === "" ? {} : { reason };
}

/** The reason alone. */
export function reasonOf({ reason }: Reasoned): Reasoned {
  return reason === undefined ? {} : { reason };
}
