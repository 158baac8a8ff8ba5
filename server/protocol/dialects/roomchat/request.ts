/** Requests of a RoomChat program, each with what to say to its outcome. */
import type { Fault, FaultCode } from "../../../core/shared/faults.ts";
import type { Output } from "../../dialect.ts";
import { requestsWith } from "../../own_requests.ts";
import { complain, inform } from "./parser.ts";

export const { request, answerTo } = requestsWith(explain);

/** What no page writes that is used as it was meant. */
const MALFORMED: readonly FaultCode[] = ["bad_request", "bad_utf8", "not_signed_in"];

/** Says why not: to the page what it wrote wrong, to the person what a person can have done. */
export function explain({ code, message }: Fault): Output {
  return { words: MALFORMED.includes(code) ? complain(message) : inform(message) };
}
