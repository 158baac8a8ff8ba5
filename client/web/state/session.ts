/** Who sits before the page: nobody yet, or somebody with a chat. The cookie decides, and only the server reads it. */
import { effect, signal } from "@preact/signals";
import { RequestError } from "../../connection/request_error.ts";
import { webSocketLink } from "../../connection/websocket_link.ts";
import type { ByeCode } from "../../../server/core/shared/events.ts";
import { closeSession, type Credentials, openSession, readSession, type SessionAnswer } from "../http.ts";
import { addressOf, downloadAddressOf } from "../files/file_kind.ts";
import { faultWords } from "../fault_words.ts";
import { go, type Route, route } from "../route.ts";
import { setTabSession, tabSession, withSession } from "../tab_session.ts";
import { dayAndTimeOf } from "../chat/time.tsx";
import { words } from "../words.ts";
import { Chat } from "./chat.ts";
import { moveKept } from "./local_storage.ts";
import { prefer } from "./preferences.ts";

/** starting: asking who one is · unreachable: no answer, asking again soon */
type Phase = { is: "starting" } | { is: "unreachable"; why: string } | { is: "signed-out" } | {
  is: "signed-in";
  chat: Chat;
};

/** Something to tell on the screen before signing in, by its name in the catalogue. */
type Greeting =
  | "codeSent"
  | "addressConfirmed"
  | "passwordSet"
  | "passwordChanged"
  | "accountSuspended"
  | "accountDeleted"
  | "ended";

/** What the page is in. */
export const phase = signal<Phase>({ is: "starting" });
/** What is told on the screen before signing in. */
export const greeting = signal<Greeting | undefined>(undefined);

/** Where signing in leaves one. A letter's link to a new password counts for those who are signed in, too. */
const STAYS: readonly Route["at"][] = ["conversation", "list", "reset", "invitation"];
const ASK_AGAIN_MS = 2_000;
const RENEW_EVERY_MS = 3_600_000;

/** Finds out who one is, until the server has said it. */
export async function start(): Promise<void> {
  try {
    await openChat(await readSession());
  } catch (error) {
    if (error instanceof RequestError && (error.code === "bad_token" || error.code === "not_signed_in")) {
      // This tab was somebody, whom it is not to change for whoever else has signed in.
      if (tabSession() !== undefined) greeting.value = "ended";
      setTabSession(undefined);
      phase.value = { is: "signed-out" };
      return;
    }
    const why = error instanceof RequestError && error.code !== "connection_lost"
      ? faultWords(error)
      : words.unreachable;
    phase.value = { is: "unreachable", why };
    setTimeout(() => void start(), ASK_AGAIN_MS);
  }
}

/** Signs in. `invited`: with an account made by an invitation, which is used, and its rooms. @throws RequestError */
export async function signIn(credentials: Credentials, invited?: readonly string[]): Promise<void> {
  const session = await openSession(credentials);
  greeting.value = undefined;
  prefer(
    credentials.op === "login" ? { lastName: credentials.username } : { lastGuest: credentials.nickname },
  );
  if (invited) {
    if (route.value.at === "invitation") go({ at: "sign-in" }, true);
    wantedInvitation = undefined;
    const [room] = invited;
    if (room !== undefined) wanted = { at: "conversation", target: { room } };
  }
  await openChat({ guest: credentials.op === "guest", ...session });
  const warning = warningsIn(session);
  if (warning !== "") tell(warning);
}

/** What one is to know of what others did about one's account. */
function warningsIn({ failed, reset_link: link }: SessionAnswer): string {
  return [
    failed && words.failedSignIns(failed.count, dayAndTimeOf(failed.at), failed.from ?? "?"),
    link && words.resetLinkMade(link.by ?? words.theOperator, dayAndTimeOf(link.at)),
  ].filter(Boolean).join(" ");
}

/** Says something to whoever is signed in; tells whether anybody is. */
export function tell(text: string): boolean {
  if (phase.peek().is !== "signed-in") return false;
  (phase.peek() as { chat: Chat }).chat.notice.value = text;
  return true;
}

/** Signs out. @throws RequestError when the server can't be reached: then one is still signed in */
export async function signOut(): Promise<void> {
  if (phase.value.is !== "signed-in") return;
  const { chat } = phase.value;
  await closeSession();
  setTabSession(undefined);
  phase.value = { is: "signed-out" };
  greeting.value = undefined;
  wanted = undefined;
  go({ at: "sign-in" }, true);
  chat.end(true);
}

async function openChat({ nickname, guest, session }: SessionAnswer): Promise<void> {
  setTabSession(session);
  const url = new URL(withSession("ws"), document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  const chat: Chat = new Chat({
    nickname,
    guest: guest === true,
    open: webSocketLink(url.href),
    onRenamed: (now) => void comeAnew(chat, now),
    onEnd: (why) => leave(chat, why),
  });
  try {
    await chat.start();
  } catch (error) {
    chat.end(false);
    throw error;
  }
  const file = route.value.at === "file" ? route.value : wantedFile;
  if (!STAYS.includes(route.value.at)) {
    go(wanted ?? { at: "conversation", target: chat.target.value }, true);
  }
  wanted = undefined;
  wantedFile = undefined;
  if (wantedInvitation !== undefined) go({ at: "invitation", code: wantedInvitation }, true);
  wantedInvitation = undefined;
  phase.value = { is: "signed-in", chat };
  if (file) {
    location.assign(file.download ? downloadAddressOf({ id: file.file }) : addressOf({ id: file.file }));
  }
}

/** Under another nickname everything that the page keeps has another place: it begins anew, where it was. */
async function comeAnew(chat: Chat, now: string): Promise<void> {
  if (phase.value.is !== "signed-in" || phase.value.chat !== chat) return;
  phase.value = { is: "starting" };
  chat.saveVisit();
  chat.end(false);
  moveKept(chat.nickname, now);
  await start();
}

function leave(chat: Chat, why: ByeCode | undefined): void {
  if (phase.value.is !== "signed-in" || phase.value.chat !== chat) return;
  // A guest has none: they hear this when guests are not let in any more.
  const isDeleted = why === "account_closed" && !chat.guest;
  chat.end(why === "logged_out" || isDeleted);
  setTabSession(undefined);
  greeting.value = isDeleted ? "accountDeleted" : why === undefined ? "ended" : GREETINGS[why];
  phase.value = { is: "signed-out" };
}

/** What is said on the screen before signing in, by why the connection has ended for good. */
const GREETINGS: Record<ByeCode, Greeting> = {
  logged_out: "ended",
  password_changed: "passwordChanged",
  account_closed: "ended",
  account_suspended: "accountSuspended",
  silent: "ended",
  slow_reader: "ended",
  too_much_nonsense: "ended",
  too_large: "ended",
  rate_limited: "ended",
  too_many_connections: "ended",
  tls_needed: "ended",
  shutting_down: "ended",
};

/** Where a link led before it was known who followed it. */
let wanted: Route & { at: "conversation" } | undefined;
let wantedFile: Route & { at: "file" } | undefined;
let wantedInvitation: string | undefined;
effect(() => {
  if (phase.value.is !== "signed-out") return;
  if (route.value.at === "conversation") wanted = route.value;
  if (route.value.at === "file") wantedFile = route.value;
  if (route.value.at === "invitation") wantedInvitation = route.value.code;
});

/** Somebody who is here already comes into the rooms of an invitation whose link they open. */
effect(() => {
  if (phase.value.is === "signed-in" && route.value.at === "invitation") {
    void followInvitation(phase.value.chat, route.value.code);
  }
});

async function followInvitation(chat: Chat, code: string): Promise<void> {
  let room: string | undefined;
  try {
    const { rooms } = await chat.connection.ask("invitation.use", { code });
    chat.cameInto(rooms);
    room = rooms[0];
  } catch (error) {
    chat.notice.value = faultWords(error);
  }
  go({ at: "conversation", target: room === undefined ? chat.target.peek() : { room } }, true);
}

// The server gives the cookie a whole life each time; without this an open page would outlive it.
setInterval(() => {
  if (phase.value.is === "signed-in") void readSession().catch(() => {});
}, RENEW_EVERY_MS);

addEventListener("pagehide", () => {
  if (phase.value.is === "signed-in") phase.value.chat.saveVisit();
});
