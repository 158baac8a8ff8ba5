/**
 * How a client comes in: capabilities, a nickname, a user, and perhaps a password. Once all that is there and no negotiation is under way
 * it is signed in: to its account, or as a guest. (RFC 1459 calls this registration; making an account is something else.)
 */
import type { SignedIn } from "../../../core/shared/commands.ts";
import type { Fault } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { sameName } from "../../../core/shared/names.ts";
import type { Inbound } from "../../dialect.ts";
import { catchUp } from "./catching_up.ts";
import { invitations } from "./channel_commands.ts";
import { arrival, lookInto, ownJoin } from "./channel_view.ts";
import { type Client, HOST, SERVER, sourceOf, USER } from "./client.ts";
import { DevicePlace } from "./device_place.ts";
import { accountTag } from "./events.ts";
import { Exchange, type Reply } from "./exchange.ts";
import { failure, faultLine } from "./faults.ts";
import { ircNick, ircRoom, nicknameOf } from "./irc_names.ts";
import type { Line, Message } from "./message.ts";
import { type Making, register, verify } from "./account_commands.ts";
import { ownMetadata } from "./metadata.ts";
import type { Numeric } from "./numerics.ts";
import { away } from "./people_commands.ts";
import { type Credentials, credentialsOf, type Meanings, PlainAnswer } from "./sasl.ts";
import { pingBehind } from "./waiting_read.ts";
import { fileHostLines, type Place, welcomeLines } from "./welcome.ts";

type Steps = Iterable<Inbound>;

/** What signing in answers, whichever way. */
type Arrived = Pick<SignedIn, "nickname" | "rooms" | "last"> & { recovered?: boolean; more?: boolean };

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
  /** The account that was made here last, and a guest who is about to go on with it. */
  #made: { readonly username: string; readonly password: string } | undefined;
  #becoming = false;
  #away: Message | undefined;

  constructor(client: Client, place: Place) {
    this.#client = client;
    this.#place = place;
  }

  /** Something of it was asked, and nobody has answered yet: what the client says next is read after that. */
  get isUnderWay(): boolean {
    return this.#becoming || this.#proving || (this.#signingIn && this.#client.nickname === undefined);
  }

  *capabilities(x: Exchange, [subcommand = "", argument]: readonly string[]): Steps {
    const { caps, nick } = this.#client;
    const line = (...params: string[]): Line => ({
      source: SERVER,
      command: "CAP",
      params: [nick, ...params],
    });
    switch (subcommand.toUpperCase()) {
      case "LS":
        if (this.#client.nickname === undefined) this.#negotiating = true;
        return yield x.say(...this.#offer(Number(argument) || 0, line));
      case "LIST":
        return yield x.say(...inLines(Array.from(caps.all), line, "LIST"));
      case "REQ": {
        if (argument === undefined) return yield x.say(this.#client.numeric("ERR_NEEDMOREPARAMS", ["CAP"]));
        if (this.#client.nickname === undefined) this.#negotiating = true;
        const names = argument.split(" ").filter((name) => name !== "");
        const had = caps.has("draft/metadata-2");
        yield x.say(line(caps.request(names) ? "ACK" : "NAK", argument));
        return had ? undefined : yield* ownMetadata(x);
      }
      case "END":
        this.#negotiating = false;
        if (this.#sasl && this.#client.nickname === undefined) {
          this.#sasl = undefined;
          yield x.say(this.#client.numeric("ERR_SASLABORTED"));
        }
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
      if (nicknameOf(nick) === client.nickname) return x.say();
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

  /** Makes an account, and signs the client in to it: before anybody is signed in here as with SASL, a guest in place of that. */
  *register(x: Exchange, message: Message): Steps {
    yield* register(x, message, this.#making(x));
  }

  /** Confirms the address of an account; whoever has made it here is signed in to it. */
  *verify(x: Exchange, message: Message): Steps {
    yield* verify(x, message, this.#making(x));
  }

  #making(x: Exchange): Making {
    const client = this.#client;
    const isHere = client.nickname !== undefined;
    const isSignedIn = isHere ? !client.guest : this.#token !== undefined;
    return {
      nick: isHere ? client.nick : this.#nick,
      isSignedIn,
      begins: (made) => {
        // Behind a "#" there was an invitation perhaps, which is no part of the password: then the client signs in by itself.
        if (made) this.#made = made.password.includes("#") ? undefined : made;
        if (isSignedIn) return;
        if (isHere) this.#becoming = true;
        else this.#proving = true;
      },
      made: (account) => {
        const made = this.#made;
        if (isSignedIn || !made || !sameName(made.username, account)) return undefined;
        this.#made = undefined;
        return [isHere ? this.#become(x, made) : this.#prove(x, { ...made, device: "" })];
      },
      failed: () => {
        this.#made = undefined;
        return this.#goOn(x);
      },
      over: () => this.#goOn(x),
    };
  }

  /** Nothing is being proven any more. */
  #goOn(x: Exchange): readonly Inbound[] {
    this.#proving = this.#becoming = false;
    return Array.from(this.#complete(x));
  }

  /** A guest goes on with the account that they have made. */
  #become(x: Exchange, made: { username: string; password: string }): Inbound {
    const failed = ({ message }: Fault): Reply => ended(`${message}; the account is made`);
    this.#device = "";
    return x.ask("login", { ...made, offline: true, brief: true }, {
      failed,
      done: ({ token }) => ({ ask: this.#comeAgain(x, token, [], failed) }),
    });
  }

  /** A guest goes on with an account that they had, or remains one. */
  #becomeKnown(x: Exchange, { username, password, device }: Credentials): Inbound {
    this.#device = device;
    return x.ask("login", { username, password, offline: true, brief: true }, {
      done: ({ token }) => {
        return { ask: this.#comeAgain(x, token, ["RPL_SASLSUCCESS"], ({ message }) => ended(message)) };
      },
      failed: (fault) => {
        this.#becoming = false;
        return { lines: this.#notProven(fault) };
      },
    });
  }

  /** For others the guest goes, and somebody with an account comes. */
  #comeAgain(
    x: Exchange,
    token: string,
    more: readonly Numeric[],
    failed: (fault: Fault) => Reply,
  ): Inbound[] {
    return [
      x.ask("logout", {}, { failed }),
      this.#resume(x, token, { done: (arrived) => this.#became(x, arrived, more), failed }),
    ];
  }

  /** The client is told what has changed, and comes back into its rooms. `more`: told with that. */
  #became(x: Exchange, arrived: Arrived, more: readonly Numeric[]): Reply {
    const client = this.#client;
    const { nickname, rooms, last } = arrived;
    const { nick: before } = client;
    this.#becoming = false;
    client.guest = false;
    client.nickname = nickname;
    client.pastUpTo = last;
    client.unread = true;
    const left = Array.from(client.rooms.values(), ({ name }) => name)
      .filter((name) => !rooms.some((room) => sameName(room, name)));
    const entered = rooms.filter((room) => !client.isIn(room));
    for (const room of entered) client.enter({ room });
    const renamed: Line = {
      source: `${before}!${USER}@${HOST}`,
      command: "NICK",
      params: [client.nick],
    };
    // In the other rooms the guest was told what was said.
    const isKnown = (room: string) => this.#knowsAll(arrived) || !entered.includes(room);
    const entersAgain = left.map((room) => this.#enterAgain(x, room));
    const after = behind(x, arrived);
    const then = () => this.#settle(after, arrived);
    return {
      lines: [
        ...before === client.nick ? [] : [renamed],
        this.#loggedIn(nickname),
        ...more.map((name) => client.numeric(name)),
        ...fileHostLines(client, this.#place),
        ...entered.map((room) => ownJoin(client, room)),
      ],
      ask: arrived.more
        ? [...entersAgain, catchUp(after, then)]
        : [...rooms.map((room) => lookInto(x, room, isKnown(room))), ...entersAgain, ...then()],
    };
  }

  /** What the guest had for themselves, and nobody has spoken in, has ended with them: so it is made anew where it is not there. */
  #enterAgain(x: Exchange, room: string): Inbound {
    const client = this.#client;
    return x.ask("enter", { room }, {
      prepaid: true,
      done: (state) => arrival(x, state, [], true),
      failed({ message }) {
        client.leave(room);
        const own = client.nickname ?? "";
        const params = [ircRoom(room), message];
        return { lines: [{ tags: accountTag(own), source: sourceOf(own), command: "PART", params }] };
      },
    });
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
    const isHere = client.nickname !== undefined;
    if (this.#token !== undefined || this.#proving || (isHere && !client.guest)) {
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
    if (isHere) this.#becoming = true;
    else this.#proving = true;
    yield this.#meant(
      x,
      taken,
      (credentials) => isHere ? this.#becomeKnown(x, credentials) : this.#prove(x, credentials),
    );
  }

  /** Finds out whose name was said, and goes on with that. */
  #meant(x: Exchange, meanings: Meanings, then: (meant: Credentials) => Inbound): Inbound {
    const [first, ...others] = meanings;
    if (others.length === 0) return then(first);
    // Whom nobody knows is refused as the shortest name, or as the password of a nickname.
    const last = others.at(-1)!;
    return x.ask("named", { names: meanings.map(({ username }) => username) }, {
      prepaid: true,
      done: ({ name }) => ({ ask: [then(meanings.find(({ username }) => username === name) ?? last)] }),
      failed: () => ({ ask: [then(last)] }),
    });
  }

  /** Without coming online: that is when the client is ready. */
  #prove(x: Exchange, { username, password, device }: Credentials): Inbound {
    const client = this.#client;
    this.#device = device;
    this.#proving = true;
    // Some clients don't wait for the answer until they go on.
    const goOn = (lines: readonly Line[]): Reply => ({ lines, ask: this.#goOn(x) });
    return x.ask("login", { username, password, offline: true, brief: true }, {
      done: ({ token, nickname }) => {
        this.#token = token;
        return goOn([this.#loggedIn(nickname), client.numeric("RPL_SASLSUCCESS")]);
      },
      failed: (fault) => goOn(this.#notProven(fault)),
    });
  }

  /** That nobody was signed in, and why, where the password was right. */
  #notProven(fault: Fault): Line[] {
    const client = this.#client;
    return [
      ...fault.code === "bad_password" ? [] : [faultLine(client, fault, "AUTHENTICATE")],
      client.numeric("ERR_SASLFAIL"),
    ];
  }

  /** That the client has an account. Before it is here it is called what it has asked for. */
  #loggedIn(account: string): Line {
    const client = this.#client;
    const nick = client.nickname === undefined ? this.#nick ?? client.nick : client.nick;
    const words = `You are now logged in as ${account}`;
    return client.numeric("RPL_LOGGEDIN", [`${nick}!${USER}@${HOST}`, ircNick(account)], words);
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
      yield this.#meant(x, credentialsOf(this.#pass, nickname), ({ username, password, device }) => {
        this.#device = device;
        return x.ask("login", { username, password, offline: this.#isPlaced, brief: true }, {
          ...arrived(false),
          ...(this.#isPlaced && {
            done: ({ token }: { token: string }) => ({ ask: [this.#resume(x, token, arrived(false))] }),
          }),
        });
      });
    } else yield x.ask("guest", { nickname }, arrived(true));
  }

  /** Whether it is a device that can't ask for what it missed, and is told. */
  get #isPlaced(): boolean {
    return this.#device !== "" && !this.#client.caps.has("draft/chathistory");
  }

  /** Comes online. */
  #resume(x: Exchange, token: string, outcome: Parameters<typeof x.ask<"resume">>[2]): Inbound {
    const device = this.#isPlaced && { device: this.#device, portions: true };
    return x.ask("resume", { token, ...device }, outcome);
  }

  #arrived(x: Exchange, arrived: Arrived, guest: boolean): Reply {
    const client = this.#client;
    const { nickname, rooms, last } = arrived;
    this.#pass = this.#token = undefined;
    client.nickname = nickname;
    client.guest = guest;
    client.pastUpTo = last;
    client.unread = !guest;
    for (const room of rooms) client.enter({ room });
    const after = behind(x, arrived);
    const then = () => [
      ...guest ? ownMetadata(after) : this.#settle(after, arrived),
      ...(this.#away && !guest ? away(after, this.#away) : []),
    ];
    return {
      lines: welcomeLines(client, this.#place, rooms),
      ask: arrived.more
        ? [catchUp(after, then)]
        : [...rooms.map((room) => lookInto(x, room, this.#knowsAll(arrived))), ...then()],
    };
  }

  /** Whether a device is told everything that it missed: then it needs no last lines. */
  #knowsAll({ recovered = false }: Arrived): boolean {
    return this.#isPlaced && recovered;
  }

  /** What somebody with an account is told once they are in, and have been told what they missed. */
  #settle(x: Exchange, arrived: Arrived): Inbound[] {
    const client = this.#client;
    const place = this.#isPlaced ? new DevicePlace(client, this.#device) : undefined;
    client.place = place;
    return [
      ...(place && !this.#knowsAll(arrived) ? [place.begin(arrived.last)] : []),
      ...ownMetadata(x),
      invitations(x),
      place ? firstPing(x, place) : pingBehind(client),
    ];
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

/** What comes of coming in behind its answer: what was missed, where it comes in parts, waits for no label, nor does that for it. */
function behind(x: Exchange, { more }: Arrived): Exchange {
  return more ? new Exchange(x.client, x.command) : x;
}

/** Neither as a guest nor with an account. */
function ended(why: string): Reply {
  return {
    lines: [{ command: "ERROR", params: [`${why}: connect again and sign in to it`] }],
    end: true,
  };
}

/** Pings a device behind the last lines of its rooms, which are asked for when it is known who is there. */
function firstPing(x: Exchange, place: DevicePlace): Inbound {
  return x.ask("ping", {}, { prepaid: true, done: () => ({ ask: [place.ping()] }) });
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
