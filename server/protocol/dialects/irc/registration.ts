/**
 * How a client comes in: capabilities, a nickname, a user, and perhaps a password. Once all that is there and no negotiation is under way
 * it is signed in: to its account, or as a guest. (RFC 1459 calls this registration; making an account is something else.)
 */
import type { SignedIn } from "../../../core/shared/commands.ts";
import type { Fault } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Inbound } from "../../dialect.ts";
import { lookInto } from "./channel_view.ts";
import { type Client, HOST, SERVER, USER } from "./client.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { failure, faultLine } from "./faults.ts";
import { ircNick, nicknameOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";
import { register } from "./account_commands.ts";
import { away } from "./people_commands.ts";
import { type Credentials, credentialsOf, PlainAnswer } from "./sasl.ts";
import { type Place, welcomeLines } from "./welcome.ts";

type Steps = Iterable<Inbound>;

/** What signing in answers, whichever way. */
type Arrived = Pick<SignedIn, "nickname" | "rooms"> & { recovered?: boolean };

/** The way in of one client. */
export class Registration {
  readonly #client: Client;
  readonly #place: Place;
  #negotiating = false;
  #nick: string | undefined;
  #hasUser = false;
  #pass: string | undefined;
  /** What SASL is being answered with; a token once that was right. */
  #sasl: PlainAnswer | undefined;
  #token: string | undefined;
  #device = "";
  #proving = false;
  #signingIn = false;
  #away: Message | undefined;

  constructor(client: Client, place: Place) {
    this.#client = client;
    this.#place = place;
  }

  /** Everything is there that it takes, and nobody has answered yet. */
  get isUnderWay(): boolean {
    if (this.#client.nickname !== undefined || this.#negotiating) return false;
    return this.#nick !== undefined && this.#hasUser && (this.#proving || this.#signingIn);
  }

  *capabilities(x: Exchange, [subcommand = "", argument = ""]: readonly string[]): Steps {
    const { caps, nick } = this.#client;
    const line = (...params: string[]): Line => ({
      source: SERVER,
      command: "CAP",
      params: [nick, ...params],
    });
    switch (subcommand.toUpperCase()) {
      case "LS":
        if (this.#client.nickname === undefined) this.#negotiating = true;
        return yield x.say(
          ...inLines(caps.offered(Number(argument) || 0, this.#transportPolicy()), line, "LS"),
        );
      case "LIST":
        return yield x.say(...inLines(Array.from(caps.all), line, "LIST"));
      case "REQ": {
        if (this.#client.nickname === undefined) this.#negotiating = true;
        const names = argument.split(" ").filter((name) => name !== "");
        return yield x.say(line(caps.request(names) ? "ACK" : "NAK", argument));
      }
      case "END":
        this.#negotiating = false;
        return yield* this.#complete(x);
      default:
        return yield x.say(this.#client.numeric("ERR_INVALIDCAPCMD", [subcommand || "*"]));
    }
  }

  /** What there is. Older clients know no list in several lines, and are told no values: so it goes into one. */
  #offer(version: number, line: (...params: string[]) => Line): Line[] {
    const offered = this.#client.caps.offered(version, this.#transportPolicy());
    return this.#client.caps.has("cap-notify")
      ? inLines(offered, line, "LS")
      : [line("LS", offered.join(" "))];
  }

  /** That the client is to come with TLS from now on, where there is a port for that (IRCv3, "Strict transport security"). */
  #transportPolicy(): string[] {
    const port = this.#place.tlsPort();
    return port === undefined ? [] : [`sts=duration=${POLICY_SECONDS},port=${port}`];
  }

  *nickname(x: Exchange, [nick = ""]: readonly string[]): Steps {
    if (nick === "") return yield x.say(this.#client.numeric("ERR_NONICKNAMEGIVEN"));
    if (this.#client.nickname !== undefined) return yield this.#rename(x, nick);
    this.#nick = nick;
    yield* this.#complete(x);
  }

  /** A guest is told to everybody under another nickname; an account has its own on all its clients, and changes it on the page. */
  #rename(x: Exchange, nick: string): Inbound {
    const client = this.#client;
    if (!client.guest) {
      if (client.isOwn(nicknameOf(nick))) return x.say();
      const words =
        "Erroneus nickname (an account has its nickname on all its clients: change it on the page)";
      return x.say(client.numeric("ERR_ERRONEUSNICKNAME", [nick], words));
    }
    return x.ask("account.nickname", { nickname: nicknameOf(nick) }, {
      failed: (fault) => x.refuse(fault, nick),
    });
  }

  *user(x: Exchange): Steps {
    if (this.#hasUser) return yield x.say(this.#client.numeric("ERR_ALREADYREGISTERED"));
    this.#hasUser = true;
    yield* this.#complete(x);
  }

  *password(x: Exchange, [pass = ""]: readonly string[]): Steps {
    if (this.#signingIn || this.#client.nickname !== undefined) {
      return yield x.say(this.#client.numeric("ERR_ALREADYREGISTERED"));
    }
    this.#pass = pass === "" ? undefined : pass;
  }

  /** Makes an account; before anybody is signed in here the client is signed in to it, as with SASL. */
  *register(x: Exchange, message: Message): Steps {
    const isEarly = this.#client.nickname === undefined && this.#token === undefined;
    yield* register(x, message, this.#nick, {
      begins: () => void (this.#proving ||= isEarly),
      made: (username, password) =>
        // Behind a "#" there was an invitation perhaps, which is no part of the password: then the client signs in by itself.
        isEarly && !password.includes("#")
          ? [this.#prove(x, { username, password, device: "" })]
          : this.#goOn(x),
      over: () => this.#goOn(x),
    });
  }

  /** Nothing is being proven any more. */
  #goOn(x: Exchange): readonly Inbound[] {
    this.#proving = false;
    return Array.from(this.#complete(x));
  }

  /** Before anybody is signed in it is kept for when they are. */
  *away(x: Exchange, message: Message): Steps {
    if (this.#client.nickname !== undefined) return yield* away(x, message);
    if (this.#client.caps.has("draft/pre-away")) this.#away = message;
    else yield notYet(x);
  }

  *authenticate(x: Exchange, [said = ""]: readonly string[]): Steps {
    const client = this.#client;
    if (!client.caps.has("sasl")) return yield x.say(client.numeric("ERR_SASLFAIL"));
    if (this.#token !== undefined || this.#proving || client.nickname !== undefined) {
      return yield x.say(client.numeric("ERR_SASLALREADY"));
    }
    const answer = this.#sasl;
    this.#sasl = undefined;
    if (said === "*") return yield x.say(client.numeric("ERR_SASLABORTED"));
    if (!answer) {
      if (said.toUpperCase() === "PLAIN") {
        this.#sasl = new PlainAnswer();
        return yield x.say({ command: "AUTHENTICATE", params: ["+"] });
      }
      return yield x.say(client.numeric("RPL_SASLMECHS", ["PLAIN"]), client.numeric("ERR_SASLFAIL"));
    }
    const taken = answer.take(said);
    if (taken === "more") return void (this.#sasl = answer);
    if (taken === "too_long") return yield x.say(client.numeric("ERR_SASLTOOLONG"));
    if (taken === "malformed") return yield x.say(client.numeric("ERR_SASLFAIL"));
    yield this.#prove(x, taken);
  }

  /** Without coming online: that is when the client is ready. */
  #prove(x: Exchange, { username, password, device }: Credentials): Inbound {
    const client = this.#client;
    this.#device = device;
    this.#proving = true;
    // Some clients don't wait for the answer until they go on.
    const goOn = (lines: readonly Line[]): Reply => ({ lines, ask: this.#goOn(x) });
    return x.ask("login", { username, password, offline: true }, {
      done: ({ token, nickname }) => {
        this.#token = token;
        const nick = ircNick(nickname);
        const words = `You are now logged in as ${nickname}`;
        const source = `${client.nick}!${USER}@${HOST}`;
        return goOn([
          client.numeric("RPL_LOGGEDIN", [source, nick], words),
          client.numeric("RPL_SASLSUCCESS"),
        ]);
      },
      failed: (fault) =>
        goOn([
          ...fault.code === "bad_password" ? [] : [faultLine(client, fault, "AUTHENTICATE")],
          client.numeric("ERR_SASLFAIL"),
        ]),
    });
  }

  /** Signs in, once all is there that it takes. */
  *#complete(x: Exchange): Steps {
    const nick = this.#nick;
    if (nick === undefined || !this.#hasUser || this.#negotiating) return;
    if (this.#proving || this.#signingIn || this.#client.nickname !== undefined) return;
    this.#signingIn = true;
    const nickname = nicknameOf(nick);
    const arrived = (guest: boolean) => ({
      done: (reply: Arrived) => this.#arrived(x, reply, guest),
      failed: (fault: Fault) => this.#refused(fault, nick),
    });
    if (this.#token !== undefined) yield this.#resume(x, this.#token, arrived(false));
    else if (this.#pass !== undefined) {
      const { username, password, device } = credentialsOf(this.#pass, nickname);
      this.#device = device;
      const isPlaced = device !== "" && !this.#client.caps.has("draft/chathistory");
      yield x.ask("login", { username, password, offline: isPlaced }, {
        ...arrived(false),
        ...(isPlaced && {
          done: ({ token }: { token: string }) => ({ ask: [this.#resume(x, token, arrived(false))] }),
        }),
      });
    } else yield x.ask("guest", { nickname }, arrived(true));
  }

  /** Comes online. A device that can't ask for what it missed is told. */
  #resume(x: Exchange, token: string, outcome: Parameters<typeof x.ask<"resume">>[2]): Inbound {
    const isPlaced = this.#device !== "" && !this.#client.caps.has("draft/chathistory");
    if (isPlaced) this.#client.device = this.#device;
    return x.ask("resume", { token, ...(isPlaced && { device: this.#device }) }, outcome);
  }

  #arrived(x: Exchange, { nickname, rooms, recovered = false }: Arrived, guest: boolean): Reply {
    const client = this.#client;
    this.#pass = this.#token = undefined;
    client.nickname = nickname;
    client.guest = guest;
    for (const room of rooms) client.enter({ room });
    return {
      lines: welcomeLines(client, this.#place, rooms),
      // Whoever was told everything needs no last lines.
      ask: [
        ...rooms.map((room) => lookInto(x, room, client.device !== undefined && recovered)),
        ...(this.#away && !guest ? away(x, this.#away) : []),
      ],
    };
  }

  /** A nickname that can't be had is asked for anew; whatever else is wrong is the end. */
  #refused(fault: Fault, nick: string): Reply {
    const client = this.#client;
    this.#signingIn = false;
    this.#nick = undefined;
    const isNickname = fault.code === "nickname_taken" || fault.code === "bad_nickname";
    const line = faultLine(client, fault, "NICK", isNickname ? nick : undefined);
    if (!isNickname) {
      const words = fault.code === "guests_off" ? [client.notice(HOW_TO_SIGN_IN)] : [];
      return { lines: [line, ...words, { command: "ERROR", params: [fault.message] }], end: true };
    }
    return { lines: fault.code === "nickname_taken" ? [line, client.notice(HOW_TO_SIGN_IN)] : [line] };
  }
}

const HOW_TO_SIGN_IN =
  "If you have an account here, sign in to it: with SASL PLAIN, or with the server password name:password.";

/** How long a client keeps to TLS: 30 days. */
const POLICY_SECONDS = 30 * 24 * 3_600;
/** What stands before the words of a line, at the most. */
const CAP_BYTES = 128;

/** Words in as many lines as they take: each but the last says that it goes on. */
function inLines(words: readonly string[], line: (...params: string[]) => Line, command: string): Line[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LIMITS.ircLineBytesMax - CAP_BYTES) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  if (lines.length === 0) lines.push("");
  return lines.map((text, index) =>
    index < lines.length - 1 ? line(command, "*", text) : line(command, text)
  );
}

/** Before anybody is signed in only this can be asked for. */
export function notYet(x: Exchange): Inbound {
  return x.say(x.client.numeric("ERR_NOTREGISTERED"));
}

/** What has no command here. */
export function unknownCommand(x: Exchange): Inbound {
  return x.say(x.client.numeric("ERR_UNKNOWNCOMMAND", [x.command]));
}

/** What can't be read. */
export function unreadable(client: Client, code: "invalid_utf8" | "input_too_long"): Line {
  return code === "invalid_utf8"
    ? failure(
      client,
      "*",
      code,
      "Message rejected, your IRC software MUST use UTF-8 encoding on this network",
    )
    : client.numeric("ERR_INPUTTOOLONG");
}
