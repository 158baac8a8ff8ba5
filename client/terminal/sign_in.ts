/** Finding out who somebody is, and signing them in: by what the command line says, by a saved session, or by asking. */
import type { Connection } from "../connection/connection.ts";
import { RequestError } from "../connection/request_error.ts";
import { Ending, EXIT } from "./exit_code.ts";
import { isUnreachable, problemInWords } from "./problem.ts";
import type { SavedSessions } from "./saved_sessions.ts";

/** Who somebody says they are. */
export interface Who {
  user?: string;
  guest?: string;
  register?: boolean;
  /** Given in a variable or on standard input. */
  password?: string;
  /** Keep the session for the next time. */
  save?: boolean;
}

/** Asks a person one line; undefined: they give up, or there is nobody. */
export type Ask = (question: string, hidden?: boolean) => Promise<string | undefined>;

/** What signing in needs. */
interface SignInMeans {
  connection: Connection;
  /** The server, as sessions name it. */
  server: string;
  sessions: SavedSessions;
  who: Who;
  /** Undefined where nobody can be asked. */
  ask?: Ask;
  /** Shows what went wrong, before asking again. */
  say(text: string): void;
}

const TRIES = 3;

/** What a person has answered so far: after a refusal only what is wrong is asked for again. */
interface Answers {
  user?: string;
  nickname?: string;
  password?: string;
  email?: string;
}

/** A refusal → the answer that another one may mend. */
const MENDABLE: Record<string, keyof Answers> = {
  bad_password: "password",
  weak_password: "password",
  nickname_taken: "nickname",
  bad_nickname: "nickname",
  bad_username: "user",
  username_taken: "user",
  bad_email: "email",
  email_taken: "email",
};

/** What signing in comes to. */
interface Welcome {
  /** The rooms that one is in. */
  rooms: string[];
  /** Whether it was a saved session that came back. */
  resumed: boolean;
}

/** Signs in. @throws Ending when that can't be */
export async function signIn(means: SignInMeans): Promise<Welcome> {
  const { who, sessions, server, connection } = means;
  const isSaid = who.guest !== undefined || who.register || who.password !== undefined;
  const saved = isSaid ? undefined : await resumeSaved(means);
  if (saved) return { rooms: saved.rooms, resumed: true };
  const { user, rooms } = await anew(means);
  const { token, nickname } = connection;
  if (who.save && token && nickname) {
    await sessions.keep({ server, user, nickname, token }).catch((error) => means.say(problemInWords(error)));
  }
  return { rooms, resumed: false };
}

/** Somebody who has just signed in, and the name that was used for it. */
type Newcomer = { user: string; rooms: string[] };

/** Goes on with a saved session; one that the server does not know any more is forgotten. */
async function resumeSaved(
  { connection, server, sessions, who }: SignInMeans,
): Promise<{ rooms: string[] } | undefined> {
  const saved = await sessions.find(server, who.user).catch((error) => {
    throw new Ending(EXIT.notSignedIn, problemInWords(error));
  });
  if (!saved) return undefined;
  try {
    return await connection.resume({ token: saved.token });
  } catch (error) {
    if (!isRefusal(error)) throw asEnding(error);
    if (error.code === "bad_token") await sessions.forget(server, saved.token);
    return undefined;
  }
}

/** Signs in without a saved session. */
async function anew(means: SignInMeans): Promise<Newcomer> {
  const { ask, say } = means;
  const who = { ...means.who };
  const answers: Answers = {};
  let how = howOf(who);
  for (let tries = 1;; tries++) {
    try {
      how ??= await chosen(ask);
      if (how === "guest") return await asGuest({ ...means, who }, answers);
      return how === "register"
        ? await asNewcomer({ ...means, who }, answers)
        : await asMember({ ...means, who }, answers);
    } catch (error) {
      const wrong = isRefusal(error) ? MENDABLE[error.code] : undefined;
      if (!ask || !wrong || tries === TRIES || who.password !== undefined) throw asEnding(error);
      say(problemInWords(error));
      delete answers[wrong];
      if (wrong === "user") delete who.user;
    }
  }
}

type How = "member" | "guest" | "register";

function howOf({ user, guest, register }: Who): How | undefined {
  if (register) return "register";
  if (guest !== undefined) return "guest";
  return user === undefined ? undefined : "member";
}

async function chosen(ask: Ask | undefined): Promise<How> {
  if (!ask) {
    throw new Ending(
      EXIT.notSignedIn,
      "Cannot sign in: say who you are with --user or --guest, or keep a session with chat --save",
    );
  }
  while (true) {
    const answer = await answered(ask, "Sign in, register, or come in as a guest? [s/r/g] ");
    const how = ({ "": "member", s: "member", r: "register", g: "guest" } as const)[
      answer.trim().toLowerCase()[0] ?? ""
    ];
    if (how) return how;
  }
}

async function asGuest({ connection, who, ask }: SignInMeans, answers: Answers): Promise<Newcomer> {
  const nickname = who.guest || (answers.nickname ??= await answered(ask, "Nickname: "));
  who.guest = ""; // Should it be taken, another one is asked for.
  const { rooms } = await connection.ask("guest", { nickname });
  return { user: nickname, rooms };
}

async function asMember(means: SignInMeans, answers: Answers): Promise<Newcomer> {
  const { connection, who, ask } = means;
  const isRetry = answers.user !== undefined;
  const username = who.user ?? (answers.user ??= await answered(ask, "Username, nickname or email: "));
  const wayBack = isRetry ? " (nothing, for another name)" : "";
  const password = who.password ?? await answered(ask, `Password of ${username}${wayBack}: `, true);
  if (isRetry && password === "") {
    delete answers.user;
    return await asMember(means, answers);
  }
  const { rooms } = await connection.ask("login", { username, password });
  return { user: username, rooms };
}

async function asNewcomer(means: SignInMeans, answers: Answers): Promise<Newcomer> {
  const { connection, who, ask } = means;
  const username = who.user ?? (answers.user ??= await answered(ask, "Username, for signing in: "));
  if (ask) answers.nickname ??= await answered(ask, `Nickname, which others see [${username}]: `);
  const password = who.password ?? (answers.password ??= await newPassword(ask, means.say));
  if (ask) answers.email ??= await answered(ask, "Email, for a forgotten password [none]: ");
  const { nickname, email } = answers;
  await connection.ask("register", {
    username,
    nickname: nickname || username,
    password,
    ...(email && { email }),
  });
  const { rooms } = await connection.ask("login", { username, password });
  return { user: username, rooms };
}

async function newPassword(ask: Ask | undefined, say: (text: string) => void): Promise<string> {
  while (true) {
    const password = await answered(ask, "Password, at least 8 characters: ", true);
    if (password === await answered(ask, "The same again: ", true)) return password;
    say("The two are not the same.");
  }
}

async function answered(ask: Ask | undefined, question: string, hidden = false): Promise<string> {
  const answer = ask && await ask(question, hidden);
  if (answer !== undefined) return hidden ? answer : answer.trim();
  if (ask) throw new Ending(EXIT.interrupted, "Not signed in.");
  throw new Ending(
    EXIT.notSignedIn,
    "Cannot sign in: there is no password; set SWITCHBOARD_PASSWORD, use --password-stdin, or keep a session with chat --save",
  );
}

function isRefusal(error: unknown): error is RequestError {
  return error instanceof RequestError && !isUnreachable(error);
}

function asEnding(error: unknown): unknown {
  if (!(error instanceof RequestError)) return error;
  return new Ending(isRefusal(error) ? EXIT.notSignedIn : EXIT.unreachable, problemInWords(error));
}
