/** Making an account (IRCv3, "Account registration"), and what is said to those who look for NickServ and ChanServ. */
import type { Fault } from "../../../core/shared/faults.ts";
import { sameName } from "../../../core/shared/names.ts";
import type { Inbound } from "../../dialect.ts";
import { HOST, USER } from "./client.ts";
import { serverLine } from "./events.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { failure } from "./faults.ts";
import { ircNick, nicknameOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";

type Steps = Iterable<Inbound>;

/** Why no account is made, as clients know it. */
const REFUSALS: Readonly<Record<string, string>> = {
  username_taken: "ACCOUNT_EXISTS",
  nickname_taken: "ACCOUNT_EXISTS",
  bad_username: "BAD_ACCOUNT_NAME",
  bad_nickname: "BAD_ACCOUNT_NAME",
  weak_password: "WEAK_PASSWORD",
  bad_email: "INVALID_EMAIL",
  email_taken: "UNACCEPTABLE_EMAIL",
  rate_limited: "TEMPORARILY_UNAVAILABLE",
  busy: "TEMPORARILY_UNAVAILABLE",
};

/** A client that makes an account, and what follows for it. */
export interface Making {
  /** What it is called, or wants to be; undefined: it has not said so. */
  readonly nick: string | undefined;
  /** It has an account already. */
  readonly isSignedIn: boolean;
  /** It is under way; `made`: with what one signs in to the account. */
  begins(made?: { readonly username: string; readonly password: string }): void;
  /** The account may be used now: what signs the client in, asked then; undefined: it has to do so by itself. */
  made(account: string): readonly Inbound[] | undefined;
  /** There is none; or nothing more comes of it now. Each gives what is asked then. */
  failed(): readonly Inbound[];
  over(): readonly Inbound[];
}

/** REGISTER account email password. Behind the password and a "#" may stand an invitation's code. */
export function* register(
  x: Exchange,
  { params: [account = "*", email = "*", password = ""] }: Message,
  making: Making,
): Steps {
  const { client } = x;
  const wanted = account === "*" ? making.nick : account;
  if (wanted === undefined) {
    return yield x.say(failure(client, "REGISTER", "NEED_NICK", "Say NICK first", "*"));
  }
  if (making.isSignedIn) {
    const words = "You have an account, and are signed in to it";
    return yield x.say(failure(client, "REGISTER", "ALREADY_AUTHENTICATED", words, wanted));
  }
  const nickname = nicknameOf(wanted);
  const address = email === "*" ? {} : { email };
  making.begins({ username: nickname, password });
  yield x.ask("register", { username: nickname, nickname, password, suffixed: true, ...address }, {
    done({ confirm }): Reply {
      if (confirm) {
        const words = `A code has gone to ${email}: VERIFY ${wanted} CODE`;
        return {
          lines: [serverLine("REGISTER", "VERIFICATION_REQUIRED", wanted, words)],
          ask: making.over(),
        };
      }
      const signingIn = making.made(nickname);
      if (signingIn) {
        return { lines: [serverLine("REGISTER", "SUCCESS", wanted, "The account is made")], ask: signingIn };
      }
      // "SUCCESS" would say that it is signed in to.
      const again = client.nickname === undefined ? "" : "connect again and ";
      const words = `The account is made: ${again}sign in to it`;
      return { lines: [serverLine("REGISTER", "VERIFICATION_REQUIRED", wanted, words)], ask: making.over() };
    },
    failed: (fault) => ({ ...refused(x, "REGISTER", fault, wanted), ask: making.failed() }),
  });
}

/** VERIFY account code. */
export function* verify(
  x: Exchange,
  { params: [account = "", code = ""] }: Message,
  making: Making,
): Steps {
  const { client } = x;
  making.begins();
  yield x.ask("account.email.confirm", { code }, {
    done({ nickname }): Reply {
      const name = ircNick(nickname);
      // "SUCCESS" says that the client is signed in.
      const signingIn = making.isSignedIn && client.isOwn(nickname) ? making.over() : making.made(nickname);
      if (signingIn) {
        const words = "The address is confirmed";
        return { lines: [serverLine("VERIFY", "SUCCESS", name, words)], ask: signingIn };
      }
      const words = `The address of ${name} is confirmed: sign in now`;
      const line = client.caps.has("standard-replies")
        ? serverLine("NOTE", "VERIFY", "SIGN_IN", name, words)
        : client.notice(words);
      return { lines: [line], ask: making.over() };
    },
    failed(fault): Reply {
      const reply = fault.code === "bad_code"
        ? { lines: [failure(client, "VERIFY", "INVALID_CODE", fault.message, account)] }
        : refused(x, "VERIFY", fault, account);
      return { ...reply, ask: making.over() };
    },
  });
}

function refused(x: Exchange, command: string, fault: Fault, account: string): Reply {
  const code = REFUSALS[fault.code] ?? fault.code;
  return { lines: [failure(x.client, command, code, fault.message, account)] };
}

/** Services of other networks. Nobody can have their names: what is said to them may be a password. */
const SERVICES = ["NickServ", "ChanServ"] as const;

/** Which of them a target is. */
export function serviceNamed(target: string): typeof SERVICES[number] | undefined {
  const [name = ""] = nicknameOf(target).split("@");
  return SERVICES.find((service) => sameName(service, name));
}

/** What is said to a word → what to use here. */
const ANSWERS: Readonly<Record<typeof SERVICES[number], Readonly<Record<string, string>>>> = {
  NickServ: {
    IDENTIFY:
      "Sign in when you connect: with SASL PLAIN, or with the server password name:password. What you wrote went to nobody.",
    REGISTER:
      "Make an account with /quote REGISTER name email password (* for no email): you go on with it. Or on the page.",
    GHOST:
      "Nothing is to be done: an account may have several clients at a time, and all are called the same.",
    INFO: "/whois says who somebody is.",
    SET: "Change your nickname, password and picture on the page.",
    HELP:
      "There are no services here; accounts are the server's own. IDENTIFY, REGISTER, GHOST and SET say what to use.",
  },
  ChanServ: {
    REGISTER:
      "Whoever makes a room owns it: /join does that. It stays as long as somebody with an account has spoken in it.",
    OP: "An owner makes somebody a moderator with /mode #room +o nick, and an owner with +q.",
    KICK: "A moderator puts somebody out with /kick, and for a week with /mode #room +b nick.",
    INVITE: "/invite nick #room",
    TOPIC: "/topic #room words",
    HELP:
      "There are no services here; rooms are the server's own. REGISTER, OP, KICK, INVITE and TOPIC say what to use.",
  },
};

/** Other words for the same. */
const SAME: Readonly<Record<string, string>> = {
  ID: "IDENTIFY",
  LOGIN: "IDENTIFY",
  RECOVER: "GHOST",
  RELEASE: "GHOST",
  REGAIN: "GHOST",
  DEOP: "OP",
  FLAGS: "OP",
  ACCESS: "OP",
  BAN: "KICK",
  AKICK: "KICK",
};

/** What a service answers. */
export function serviceLines(x: Exchange, service: typeof SERVICES[number], said: string): Line[] {
  const [first = ""] = said.trim().split(/\s+/);
  const word = SAME[first.toUpperCase()] ?? first.toUpperCase();
  const answers = ANSWERS[service];
  const words = Object.hasOwn(answers, word) ? answers[word]! : answers.HELP!;
  const source = `${ircNick(service)}!${USER}@${HOST}`;
  return [{ source, command: "NOTICE", params: [x.client.nick, words] }];
}
