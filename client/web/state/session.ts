/** Who sits before the page: nobody yet, or somebody with a chat. The cookie decides, and only the server reads it. */
import { effect, signal } from "@preact/signals";
import { RequestError } from "../../connection/request_error.ts";
import { webSocketLink } from "../../connection/websocket_link.ts";
import type { ByeCode } from "../../../server/core/shared/events.ts";
import { closeSession, type Credentials, openSession, readSession, type SessionAnswer } from "../http.ts";
import { addressOf, downloadAddressOf } from "../files/file_kind.ts";
import { faultWords } from "../fault_words.ts";
import { go, type Place, type Route, route } from "../route.ts";
import { asTab, beSession, tabSession } from "../tab_session.ts";
import { words } from "../words.ts";
import { Chat } from "./chat.ts";
import { prefer } from "./preferences.ts";

/** starting: asking who one is · unreachable: no answer, asking again soon */
type Phase = { is: "starting" } | { is: "unreachable"; why: string } | { is: "stranger" } | {
  is: "here";
  chat: Chat;
};

/** Something to tell on the screen before signing in, by its name in the catalogue. */
type Greeting = "codeSent" | "passwordSet" | "passwordChanged" | "ended";

/** What the page is in. */
export const phase = signal<Phase>({ is: "starting" });
/** What is told on the screen before signing in. */
export const greeting = signal<Greeting | undefined>(undefined);

/** Where signing in leaves one. A letter's link to a new password counts for those who are signed in, too. */
const STAYS: readonly Route["at"][] = ["place", "list", "reset"];
const ASK_AGAIN_MS = 2_000;
const RENEW_EVERY_MS = 3_600_000;

/** Finds out who one is, until the server has said it. */
export async function start(): Promise<void> {
  try {
    await come(await readSession());
  } catch (error) {
    if (error instanceof RequestError && (error.code === "bad_token" || error.code === "not_signed_in")) {
      // This tab was somebody, whom it is not to change for whoever else has signed in.
      if (tabSession() !== undefined) greeting.value = "ended";
      beSession(undefined);
      phase.value = { is: "stranger" };
      return;
    }
    const why = error instanceof RequestError && error.code !== "connection_lost"
      ? faultWords(error)
      : words.unreachable;
    phase.value = { is: "unreachable", why };
    setTimeout(() => void start(), ASK_AGAIN_MS);
  }
}

/** Signs in. @throws RequestError */
export async function signIn(credentials: Credentials): Promise<void> {
  const session = await openSession(credentials);
  greeting.value = undefined;
  prefer(
    credentials.op === "login" ? { lastName: credentials.username } : { lastGuest: credentials.nickname },
  );
  await come({ guest: credentials.op === "guest", ...session });
}

/** Signs out. @throws RequestError when the server can't be reached: then one is still signed in */
export async function signOut(): Promise<void> {
  if (phase.value.is !== "here") return;
  const { chat } = phase.value;
  await closeSession();
  beSession(undefined);
  phase.value = { is: "stranger" };
  greeting.value = undefined;
  wanted = undefined;
  go({ at: "sign-in" }, true);
  chat.end(true);
}

async function come({ nickname, guest, session }: SessionAnswer): Promise<void> {
  beSession(session);
  const url = new URL(asTab("ws"), document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  const chat: Chat = new Chat({
    nickname,
    guest: guest === true,
    open: webSocketLink(url.href),
    onEnd: (why) => leave(chat, why),
  });
  try {
    await chat.start();
  } catch (error) {
    chat.end(false);
    throw error;
  }
  const file = route.value.at === "file" ? route.value : wantedFile;
  if (!STAYS.includes(route.value.at)) go({ at: "place", place: wanted ?? chat.place.value }, true);
  wanted = undefined;
  wantedFile = undefined;
  phase.value = { is: "here", chat };
  if (file) {
    location.assign(file.download ? downloadAddressOf({ id: file.file }) : addressOf({ id: file.file }));
  }
}

function leave(chat: Chat, why: ByeCode | undefined): void {
  if (phase.value.is !== "here" || phase.value.chat !== chat) return;
  chat.end(why === "logged_out");
  beSession(undefined);
  greeting.value = why === "password_changed" ? "passwordChanged" : "ended";
  phase.value = { is: "stranger" };
}

/** Where a link led before it was known who followed it. */
let wanted: Place | undefined;
let wantedFile: Route & { at: "file" } | undefined;
effect(() => {
  if (phase.value.is !== "stranger") return;
  if (route.value.at === "place") wanted = route.value.place;
  if (route.value.at === "file") wantedFile = route.value;
});

// The server gives the cookie a whole life each time; without this an open page would outlive it.
setInterval(() => {
  if (phase.value.is === "here") void readSession().catch(() => {});
}, RENEW_EVERY_MS);

addEventListener("pagehide", () => {
  if (phase.value.is === "here") phase.value.chat.remember();
});
