/** Notifications of the desktop: whether they may be shown, and showing one. Nobody is asked who did not click. */
import { signal } from "@preact/signals";

/** What the system is to show. */
interface Shown {
  title: string;
  body: string;
  /** One with this tag takes the place of an earlier one. */
  tag: string;
  /** Where a click leads: the address after the page's. */
  hash: string;
}

/** granted · denied: by this browser, for this page · default: not asked yet · missing: this browser has none, or not over http */
type Permission = NotificationPermission | "missing";

/** What the browser says. */
export const permission = signal<Permission>(permissionNow());
/** Those that this window showed by itself, by tag. */
const shown = new Map<string, Notification>();

/** Asks, which only a click may lead to. */
export async function askPermission(): Promise<Permission> {
  if (permissionNow() === "default") await Notification.requestPermission();
  return permission.value = permissionNow();
}

/** Shows one, if that is allowed. Silent: whether there is a sound is the page's to choose. */
export async function show({ title, body, tag, hash }: Shown): Promise<void> {
  if (permissionNow() !== "granted") return;
  const options = { body, tag, data: { hash }, icon: "icon_192.png", silent: true };
  const registration = await activeRegistration();
  // Of a phone only a service worker may show one; it also answers the click when every window is closed.
  if (registration) return await registration.showNotification(title, options);
  const notification = new Notification(title, options);
  shown.set(tag, notification);
  notification.addEventListener("close", () => shown.delete(tag));
  notification.addEventListener("click", () => {
    notification.close();
    focus();
    location.hash = hash;
  });
}

/** Takes back what is shown with this tag. */
export async function dismiss(tag: string): Promise<void> {
  shown.get(tag)?.close();
  const registration = await activeRegistration();
  for (const each of await registration?.getNotifications({ tag }) ?? []) each.close();
}

async function activeRegistration(): Promise<ServiceWorkerRegistration | undefined> {
  const registration = await navigator.serviceWorker?.getRegistration();
  return registration?.active ? registration : undefined;
}

function permissionNow(): Permission {
  return "Notification" in globalThis ? Notification.permission : "missing";
}

// A click on one that the service worker shows comes back to the page here.
navigator.serviceWorker?.addEventListener("message", ({ data }: MessageEvent<{ hash?: unknown }>) => {
  if (typeof data.hash === "string") location.hash = data.hash;
});

// Somebody may take the permission back in the browser's own settings.
addEventListener("focus", () => permission.value = permissionNow());
