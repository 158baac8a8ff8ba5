/**
 * Whether the server has another page than the one that is shown: it was upgraded meanwhile. The ETag of the service worker
 * tells, because that one is made anew with each change of the page; it can be asked for also where the
 * browser allows no service worker.
 */
import { effect, signal } from "@preact/signals";
import { phase } from "../state/session.ts";

/** Whether a newer page can be had by loading it. */
export const isOutdated = signal(false);

const WORKER = "service_worker.js";
/** Who looks at the page again after so long has it checked. */
const CHECK_AFTER_MS = 10 * 60_000;
/** How long a newer service worker has until the page is said to be outdated without it. */
const RENEW_MS = 30_000;

let own: string | undefined;
let checked = 0;

/** Begins to look: after each return of the connection, and now and then when somebody looks at the page. */
export async function watchVersion(): Promise<void> {
  own = await tagNow();
  checked = Date.now();
  let wasOffline = false;
  effect(() => {
    const now = phase.value;
    const isOnline = now.is === "signed-in" && now.chat.state.value === "online";
    if (isOnline && wasOffline) void check();
    if (isOnline) wasOffline = false;
    else if (now.is === "unreachable" || now.is === "signed-in" && now.chat.state.value === "offline") {
      wasOffline = true;
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() - checked > CHECK_AFTER_MS) void check();
  });
}

/** Has the service worker registered, where the browser allows one: over https, or on this very machine. */
export async function registerWorker(): Promise<void> {
  try {
    await navigator.serviceWorker?.register(WORKER, { updateViaCache: "none" });
  } catch {
    // Forbidden, or out of reach: the page works without.
  }
}

async function check(): Promise<void> {
  checked = Date.now();
  const now = await tagNow();
  if (now === undefined || isOutdated.value) return;
  own ??= now;
  if (now === own) return;
  // Of a page that is loaded while one worker takes over from the other the browser may lose what that one was to fetch.
  await renewWorker();
  isOutdated.value = true;
}

/** Has the browser look whether there is a newer service worker, where it has one; resolves when that one has taken over. */
async function renewWorker(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.update();
    const newer = registration?.installing ?? registration?.waiting;
    if (newer) await hasTakenOver(newer);
  } catch {
    // Out of reach again, or forbidden: it looks by itself when the page is loaded anew.
  }
}

/** Resolves when a service worker is in charge, or can't be; or when that takes long. */
function hasTakenOver(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (worker.state === "activated" || worker.state === "redundant") resolve();
    };
    worker.addEventListener("statechange", look);
    setTimeout(resolve, RENEW_MS);
    look();
  });
}

/** Out of reach, a service worker answers with the one that it was itself. */
async function tagNow(): Promise<string | undefined> {
  try {
    const response = await fetch(WORKER, { cache: "no-cache" });
    await response.body?.cancel();
    return response.headers.get("etag")?.replace(/^W\//, "") ?? undefined;
  } catch {
    return undefined;
  }
}
