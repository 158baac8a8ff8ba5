/**
 * What somebody is told of who does not look: private messages and those that mention them, unless the conversation is
 * muted. What comes together is told together, and of several windows of a browser one tells it.
 */
import { effect } from "@preact/signals";
import { beginningOf } from "../graphemes.ts";
import { hrefOf, route, type Target } from "../route.ts";
import { targetKey, targetName } from "../state/target_key.ts";
import { preferences } from "../state/preferences.ts";
import { words } from "../words.ts";
import { dismiss, show } from "./notifications.ts";
import { playTone } from "./tone.ts";

/** A message worth telling. */
interface Alert {
  /** The message's. */
  id: string;
  target: Target;
  from: string;
  text: string;
}

/** How long is waited for more of it, and for a window that somebody looks at to take it. */
const COLLECT_MS = 300;
/** Within this time another window has come to the same. */
const SAME_MS = 5_000;
const TEXT_MAX = 160;
/** With more conversations at a time only their number is told. */
const TARGETS_MAX = 3;
const SUMMARY_TAG = "switchboard-summary";

/** One person's. */
export class Alerts {
  #waiting: Alert[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #looked = () => {
    const now = route.value;
    if (now.at === "conversation" && isLookedAt(now.target)) this.read(now.target);
  };
  readonly #unwatch = effect(this.#looked);

  constructor() {
    addEventListener("focus", this.#looked);
  }

  /** Tells of a message soon. */
  add(alert: Alert): void {
    const { notify, sound } = preferences.value;
    if (!notify && !sound) return;
    if (isLookedAt(alert.target)) return void claim(alert.id);
    this.#waiting.push(alert);
    this.#timer ??= setTimeout(() => void this.#tell(), COLLECT_MS);
  }

  /** A message was taken back. */
  recalled(id: string, target: Target): void {
    const left = this.#waiting.filter((each) => each.id !== id);
    if (left.length === this.#waiting.length) void dismiss(tagOf(target));
    this.#waiting = left;
  }

  /** A conversation was read, here or elsewhere. */
  read(target: Target): void {
    this.#waiting = this.#waiting.filter((each) => targetKey(each.target) !== targetKey(target));
    void dismiss(tagOf(target));
  }

  end(): void {
    this.#unwatch();
    removeEventListener("focus", this.#looked);
    clearTimeout(this.#timer);
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    const alerts: Alert[] = [];
    for (const each of this.#waiting.splice(0)) if (await claim(each.id)) alerts.push(each);
    if (alerts.length === 0) return;
    if (preferences.value.sound) void playTone().catch(() => {});
    if (!preferences.value.notify || isLookedAt()) return;
    const byTarget = Map.groupBy(alerts, ({ target }) => targetKey(target));
    if (byTarget.size > TARGETS_MAX) return void showSummary(alerts.length, byTarget.size);
    for (const each of byTarget.values()) void showNewest(each);
  }
}

/** Whether somebody looks at this window, and at this conversation in it. */
function isLookedAt(target?: Target): boolean {
  if (document.visibilityState !== "visible" || !document.hasFocus()) return false;
  if (!target) return true;
  const now = route.value;
  return now.at === "conversation" && targetKey(now.target) === targetKey(target);
}

/** Whether this is the first of the browser's windows to have something to do with a message. */
function claim(id: string): Promise<boolean> {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    void navigator.locks.request(`switchboard-alert-${id}`, { ifAvailable: true }, async (lock) => {
      resolve(lock !== null);
      if (lock) await new Promise((over) => setTimeout(over, SAME_MS));
    });
  });
}

function showNewest(alerts: readonly Alert[]): Promise<void> {
  const { target, from, text } = alerts.at(-1)!;
  const short = beginningOf(text, TEXT_MAX);
  return show({
    title: "room" in target ? words.fromIn(from, targetName(target)) : from,
    body: alerts.length > 1 ? words.newestOf(short, alerts.length) : short,
    tag: tagOf(target),
    hash: hrefOf({ at: "conversation", target }),
  });
}

function showSummary(messages: number, targets: number): Promise<void> {
  const body = words.newInPlaces(messages, targets);
  return show({ title: words.product, body, tag: SUMMARY_TAG, hash: hrefOf({ at: "list" }) });
}

function tagOf(target: Target): string {
  return `switchboard-${targetKey(target)}`;
}
