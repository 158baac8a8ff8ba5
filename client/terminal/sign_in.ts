/** Finding out who somebody is, and signing them in: by what the command line says, by a saved session, or by asking. */
import type { Connection } from "../connection/connection.ts";
import { isConnectionError, isNotNow, RequestError } from "../connection/request_error.ts";
import { EXIT, ExitError } from "./exit_code.ts";
import { errorText } from "./wording.ts";
import type { SavedSessions } from "./saved_sessions.ts";

/** Who somebody says they are. */
export interface Identity {
  user?: string;
  guest?: string;
  register?: boolean;
  /** An invitation to register with: its link or its code. */
  invitation?: string;
  /** Given in a variable or on standard input. */
  password?: string;
  /** Keep the session for the next time. */
  save?: boolean;
}

/** Asks a person one line; undefined: they give up, or there is nobody. */
export type Ask = (question: string, hidden?: boolean) => Promise<string | undefined>;

/** What signing in needs. */
interface SignInOptions {
  connection: Connection;
  /** The server, as sessions name it. */
  server: string;
  sessions: SavedSessions;
  identity: Identity;
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
  invitation?: string;
}

/** A refusal → the answer that another one may mend. */
const ANSWER_TO_RETRY: Partial<Record<RequestError["code"], keyof Answers>> = {
  bad_password: "password",
  weak_password: "password",
  nickname_taken: "nickname",
  bad_nickname: "nickname",
  bad_username: "user",
  username_taken: "user",
  bad_email: "email",
  email_taken: "email",
  bad_invitation: "invitation",
  invitation_needed: "invitation",
};

/** What signing in comes to. */
interface SignInResult {
  /** The rooms that one is in. */
  rooms: string[];
  /** Whether it was a saved session that came back. */
  resumed: boolean;
}

/** Signs in. @throws ExitError when that can't be */
export async function signIn(options: SignInOptions): Promise<SignInResult> {
  const { identity, sessions, server, connection } = options;
  const isSaid = identity.guest !== undefined || identity.register || identity.invitation !== undefined ||
    identity.password !== undefined;
  const saved = isSaid ? undefined : await resumeSaved(options);
  if (saved) return { rooms: saved.rooms, resumed: true };
  const { user, rooms } = await signInAnew(options);
  const { token, nickname } = connection;
  if (identity.save && token && nickname) {
    await sessions.keep({ server, user, nickname, token }).catch((error) => options.say(errorText(error)));
  }
  return { rooms, resumed: false };
}

/** Somebody who has just signed in, and the name that was used for it. */
type NewSession = { user: string; rooms: string[] };

/** Goes on with a saved session; one that the server does not know any more is forgotten. */
async function resumeSaved(
  { connection, server, sessions, identity }: SignInOptions,
): Promise<{ rooms: string[] } | undefined> {
  const saved = await sessions.find(server, identity.user).catch((error) => {
    throw new ExitError(EXIT.notSignedIn, errorText(error));
  });
  if (!saved) return undefined;
  try {
    return await connection.resume({ token: saved.token });
  } catch (error) {
    if (!isRefusal(error)) throw asExitError(error);
    if (error.code === "bad_token") await sessions.forget(server, saved.token);
    return undefined;
  }
}

/** Signs in without a saved session. */
async function signInAnew(options: SignInOptions): Promise<NewSession> {
  const { ask, say, connection } = options;
  const identity = { ...options.identity };
  const answers: Answers = {};
  let method = methodOf(identity);
  for (let tries = 1;; tries++) {
    try {
      method ??= await chosen(ask, connection);
      if (method === "guest") return await signInAsGuest({ ...options, identity }, answers);
      return method === "register"
        ? await registerAndSignIn({ ...options, identity }, answers)
        : await signInAsMember({ ...options, identity }, answers);
    } catch (error) {
      const wrong = isRefusal(error) ? ANSWER_TO_RETRY[error.code] : undefined;
      if (!ask || !wrong || tries === TRIES || identity.password !== undefined) throw asExitError(error);
      say(errorText(error));
      delete answers[wrong];
      if (wrong === "user") delete identity.user;
      if (wrong === "invitation") delete identity.invitation;
    }
  }
}

type SignInMethod = "member" | "guest" | "register";

function methodOf({ user, guest, register, invitation }: Identity): SignInMethod | undefined {
  if (register || invitation !== undefined) return "register";
  if (guest !== undefined) return "guest";
  return user === undefined ? undefined : "member";
}

const METHODS = { "": "member", s: "member", r: "register", g: "guest" } as const;

/** What one can choose, as the server lets people come in. */
async function chosen(ask: Ask | undefined, connection: Connection): Promise<SignInMethod> {
  if (!ask) {
    throw new ExitError(
      EXIT.notSignedIn,
      "Cannot sign in: say who you are with --user or --guest, or keep a session with chat --save",
    );
  }
  const { registration, guests } = await connection.ask("entry", {});
  const registers = registration !== "closed";
  if (!registers && !guests) return "member";
  const register = registration === "invite" ? "register with an invitation" : "register";
  const question = registers && guests
    ? `Sign in, ${register}, or come in as a guest? [s/r/g] `
    : registers
    ? `Sign in, or ${register}? [s/r] `
    : "Sign in, or come in as a guest? [s/g] ";
  while (true) {
    const letter = (await answered(ask, question)).trim().toLowerCase()[0] ?? "";
    const method = METHODS[letter as keyof typeof METHODS];
    const isOffered = method === "member" || (method === "register" ? registers : guests);
    if (method && isOffered) return method;
  }
}

async function signInAsGuest(
  { connection, identity, ask }: SignInOptions,
  answers: Answers,
): Promise<NewSession> {
  const nickname = identity.guest || (answers.nickname ??= await answered(ask, "Nickname: "));
  identity.guest = ""; // Should it be taken, another one is asked for.
  const { rooms } = await connection.ask("guest", { nickname });
  return { user: nickname, rooms };
}

async function signInAsMember(options: SignInOptions, answers: Answers): Promise<NewSession> {
  const { connection, identity, ask } = options;
  const isRetry = answers.user !== undefined;
  const username = identity.user ?? (answers.user ??= await answered(ask, "Username, nickname or email: "));
  const wayBack = isRetry ? " (nothing, for another name)" : "";
  const password = identity.password ?? await answered(ask, `Password of ${username}${wayBack}: `, true);
  if (isRetry && password === "") {
    delete answers.user;
    return await signInAsMember(options, answers);
  }
  const { rooms } = await connection.ask("login", { username, password });
  return { user: username, rooms };
}

async function registerAndSignIn(options: SignInOptions, answers: Answers): Promise<NewSession> {
  const { connection, identity, ask } = options;
  if (identity.invitation !== undefined) answers.invitation ??= identity.invitation;
  else if (ask && (await connection.ask("entry", {})).registration === "invite") {
    answers.invitation ??= await answered(ask, "Invitation, its link or its code: ");
  }
  const username = identity.user ?? (answers.user ??= await answered(ask, "Username, for signing in: "));
  if (ask) answers.nickname ??= await answered(ask, `Nickname, which others see [${username}]: `);
  const password = identity.password ?? (answers.password ??= await newPassword(ask, options.say));
  if (ask) answers.email ??= await answered(ask, "Email, for a forgotten password [none]: ");
  const { nickname, email, invitation } = answers;
  await connection.ask("register", {
    username,
    nickname: nickname || username,
    password,
    ...(email && { email }),
    ...(invitation && { invitation }),
  });
  const { rooms } = await connection.ask("login", { username, password }).catch(async (error) => {
    if (!isRefusal(error) || error.code !== "email_unconfirmed") throw error;
    const code = await answered(ask, `Code from the letter to ${email}: `, false, NO_CODE);
    await connection.ask("account.email.confirm", { code });
    return await connection.ask("login", { username, password });
  });
  return { user: username, rooms };
}

async function newPassword(ask: Ask | undefined, say: (text: string) => void): Promise<string> {
  while (true) {
    const password = await answered(ask, "Password, at least 8 characters: ", true);
    if (password === await answered(ask, "The same again: ", true)) return password;
    say("The two are not the same.");
  }
}

const NO_NAME = "there is no name; give one with --user or --guest";
const NO_CODE = "there is nobody to type the code from the letter; come in from a terminal once";
const NO_PASSWORD =
  "there is no password; set SWITCHBOARD_PASSWORD, use --password-stdin, or keep a session with chat --save";

/** `lacking`: what is said where nobody can be asked. */
async function answered(
  ask: Ask | undefined,
  question: string,
  hidden = false,
  lacking = hidden ? NO_PASSWORD : NO_NAME,
): Promise<string> {
  const answer = ask && await ask(question, hidden);
  if (answer !== undefined) return hidden ? answer : answer.trim();
  if (ask) throw new ExitError(EXIT.interrupted, "Not signed in.");
  throw new ExitError(EXIT.notSignedIn, `Cannot sign in: ${lacking}`);
}

function isRefusal(error: unknown): error is RequestError {
  return error instanceof RequestError && !isConnectionError(error);
}

function asExitError(error: unknown): unknown {
  if (!(error instanceof RequestError)) return error;
  const isRefused = isRefusal(error) && !isNotNow(error);
  return new ExitError(isRefused ? EXIT.notSignedIn : EXIT.unreachable, errorText(error));
}
