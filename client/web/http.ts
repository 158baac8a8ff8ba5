/** The page's requests over HTTP: the session that a cookie carries, and what is asked before signing in. */
import { tooLarge } from "../connection/line_length.ts";
import { RequestError, requestErrorOf } from "../connection/request_error.ts";
import { withSession } from "./tab_session.ts";
import type { Answer, Commands, FailedSignIns, ResetLink } from "../../server/core/shared/commands.ts";
import type { FaultFields } from "../../server/core/shared/faults.ts";

/** Who the cookie says one is. */
export interface SessionAnswer {
  nickname: string;
  /** What this session is called. */
  session: string;
  guest?: boolean;
  /** After signing in: wrong passwords that were tried since one last did. */
  failed?: FailedSignIns;
  /** After signing in: somebody else has made a link to a new password. */
  reset_link?: ResetLink;
}

/** What can be asked without a session. */
type AnonymousOp =
  | "entry"
  | "invitation"
  | "register"
  | "password.reset"
  | "password.confirm"
  | "password.change"
  | "account.email.confirm";

/** How one signs in. */
export type Credentials =
  | { op: "login"; username: string; password: string }
  | { op: "guest"; nickname: string };

/** Who one is. @throws RequestError `bad_token` when nobody, `connection_lost` when the server can't be reached */
export function readSession(): Promise<SessionAnswer> {
  return request("GET", "session");
}

/** Signs in; the server sets the cookie. @throws RequestError */
export function openSession(credentials: Credentials): Promise<SessionAnswer> {
  return request("POST", "session", credentials);
}

/** Signs out; the server ends the session's connections. @throws RequestError */
export async function closeSession(): Promise<void> {
  await request("DELETE", "session");
}

/** Asks one thing. @throws RequestError */
export function askAnonymously<K extends AnonymousOp>(op: K, asks: Commands[K]["asks"]): Promise<Answer<K>> {
  return request("POST", "ask", { op, ...asks });
}

async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const json = body === undefined ? "" : JSON.stringify(body);
  const refusal = tooLarge("ask", json);
  if (refusal) throw refusal;
  const sent = json === "" ? {} : { headers: { "content-type": "application/json" }, body: json };
  let answer: { ok: boolean; error?: FaultFields };
  try {
    const response = await fetch(withSession(path), { method, cache: "no-store", ...sent });
    answer = await response.json();
  } catch {
    throw new RequestError("connection_lost", "Cannot reach the server");
  }
  if (!answer.ok) {
    if (!answer.error) throw new RequestError("internal", "Cannot read the answer");
    throw requestErrorOf(answer.error);
  }
  return answer as T;
}
