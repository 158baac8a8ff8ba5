/** Requests of a PersonTalk program, each with what to say to its outcome; those about accounts with the numbers that it reads there. */
import { Fault, type FaultCode } from "../../../core/shared/faults.ts";
import type { Commands } from "../../../core/shared/commands.ts";
import type { Inbound, MalformedInput, Output } from "../../dialect.ts";
import { malformed, requestsWith } from "../../own_requests.ts";
import { CHAT, notice, object } from "./encoder.ts";

export const { request, answerTo } = requestsWith(explain);

/** Something that is no request, with the reason. */
export function refused(code: FaultCode, message: string, fatal = false): MalformedInput {
  return malformed(new Fault(code, message), fatal);
}

/** Says why not, and what helps as these programs do it. */
export function explain({ code, message }: Fault): Output {
  return inform(code === "not_signed_in" ? "Cannot do this before signing in: that is login 1" : message);
}

/** Says something to the person: where lines are shown. */
export function inform(text: string): Output {
  return { words: notice(text), channel: CHAT };
}

/** Reason → number in an answer. */
type Numbers = Partial<Record<FaultCode, number>>;

const MD5 = /^[0-9a-f]{32}$/i;

/** What is asked with `login` 0 to 4. `signedIn`: what to say when it made somebody sign in. */
export function accountRequest(
  login: number,
  args: unknown,
  signedIn: (nickname: string, reply: string) => Output,
): Inbound {
  const text = (name: string): string => {
    const value = typeof args === "object" && args !== null
      ? (args as Record<string, unknown>)[name]
      : undefined;
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  const md5 = (...passwords: string[]) => passwords.every((each) => MD5.test(each)) && { md5: true as const };
  // The programs take a number that they do not know for the last one that they know: any other reason is the nearest, with a message.
  const answers = (numbers: Numbers, nearest: number, nearer: Numbers = {}) => ({
    done: (): Output => ({ words: object({ login, return: 0 }) }),
    failed: (fault: Fault): Output => {
      const known = numbers[fault.unknownName ? "unknown_nickname" : fault.code];
      const number = known ?? nearer[fault.code] ?? nearest;
      return {
        words: object({ login, return: number, ...(known === undefined && { message: fault.message }) }),
      };
    },
  });
  const username = text("user_name");
  const password = text("password");
  switch (login) {
    case 0: {
      const end = (): Output => ({ end: true });
      return request("logout", {}, { done: end, failed: end });
    }
    case 1:
      return request("login", {
        username,
        password,
        exclusive: true,
        code: true,
        brief: true,
        ...md5(password),
      }, {
        ...answers({ unknown_nickname: 1, bad_password: 2, already_online: 3, already_signed_in: 3 }, 2),
        done: ({ nickname }) =>
          signedIn(nickname, object({ login, return: 0, user_name: username, nick_name: nickname })),
      });
    case 2:
      return request(
        "register",
        { ...accountOf(text), ...md5(password) },
        answers({ nickname_taken: 1, username_taken: 2, email_taken: 3 }, 2, {
          bad_nickname: 1,
          bad_email: 3,
        }),
      );
    case 3: {
      const [old, next] = [text("old_password"), text("new_password")];
      return request(
        "password.change",
        { username, old, new: next, ...md5(old, next) },
        answers({ unknown_nickname: 1, bad_password: 2 }, 2),
      );
    }
    case 4:
      return request(
        "password.reset",
        { email: typeof args === "string" ? args : text("email"), strict: true },
        answers({ unknown_nickname: 1 }, 1),
      );
    default:
      return refused("bad_request", `Cannot do login ${login}: it is 0 to 4`);
  }
}

/** The account that somebody wants. Their dialog has no field for an invitation, and of the password only the MD5 may come. */
function accountOf(text: (name: string) => string): Commands["register"]["asks"] {
  const [phone = "", invitation] = text("phone").split("#");
  const [username, password] = [text("user_name"), text("password")];
  return {
    ...{ username, nickname: text("nick_name") || username, password },
    ...{ email: text("email"), phone: phone.trim() },
    ...(invitation !== undefined && { invitation }),
    ...(!MD5.test(password) && { suffixed: true }),
  };
}
