/**
 * Lets the page open while its server is out of reach, and brings somebody who answers a notification to it. It keeps the page
 * itself and nothing else: no answer of the server, no file of anybody. What the server has always comes first,
 * so a page that can be newer is never an old one. Bundled by itself; the server puts {@link SHELL} before it.
 */

/** What the page consists of, and the hash of all of it. `files`: relative to this one's folder, "" the page itself. */
declare const SHELL: { readonly version: string; readonly files: readonly string[] };

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Lasting {
  readonly request: Request;
  readonly preloadResponse?: Promise<Response | undefined>;
  respondWith(response: Promise<Response>): void;
}

interface Clicked extends Lasting {
  readonly notification: Notification;
}

interface Window {
  readonly url: string;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}

/** What a service worker has around it, as far as it is used here. */
interface Surroundings {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<Window[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: Lasting) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(type: "notificationclick", listener: (event: Clicked) => void): void;
}

const here = self as unknown as Surroundings;
const NAMED = "switchboard-page-";
const CACHE = NAMED + SHELL.version;
const addresses = new Set(SHELL.files.map((file) => new URL(file, here.registration.scope).href));

here.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => here.skipWaiting()));
});

here.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([
    forgetOthers(),
    here.registration.navigationPreload?.enable(),
    here.clients.claim(),
  ]));
});

here.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const [address = ""] = url.split(/[?#]/);
  if (method === "GET" && addresses.has(address)) event.respondWith(answer(event, address));
});

here.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { hash } = event.notification.data as { hash: string };
  event.waitUntil(show(hash));
});

/** Keeps all of the page, or nothing. */
async function keep(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(Array.from(addresses, (address) => new Request(address, { cache: "no-cache" })));
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(NAMED) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** What the server says; what was kept when it says nothing, or something in front of it says that it is gone. */
async function answer(event: Fetching, address: string): Promise<Response> {
  const kept = async () => await (await caches.open(CACHE)).match(address);
  try {
    const response = await event.preloadResponse ?? await fetch(event.request);
    return response.status < 500 ? response : await kept() ?? response;
  } catch (error) {
    const found = await kept();
    if (found) return found;
    throw error;
  }
}

/** Brings a window of the page to the front, or opens one, at this address. */
async function show(hash: string): Promise<void> {
  const [window] = await here.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!window) return void await here.clients.openWindow(new URL(hash, here.registration.scope).href);
  window.postMessage({ hash });
  await window.focus();
}
