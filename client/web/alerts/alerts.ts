/**
 * What somebody is told of who does not look: private messages and those that mention them, unless the conversation is
 * muted. What comes together is told together, and of several windows of a browser one tells it.
 */
import { effect } from "@preact/signals";
import { beginningOf } from "../graphemes.ts";
import { hrefOf, type Place, route } from "../route.ts";
import { placeKey, placeName } from "../state/target_key.ts";
import { preferences } from "../state/preferences.ts";
import { words } from "../words.ts";
import { show, unshow } from "./desktop.ts";
import { playTone } from "./tone.ts";

/** A message worth telling. */
interface Alert {
  /** The message's. */
  id: string;
  place: Place;
  from: string;
  text: string;
}

/** How long is waited for more of it, and for a window that somebody looks at to take it. */
const COLLECT_MS = 300;
/** Within this time another window has come to the same. */
const SAME_MS = 5_000;
const TEXT_MAX = 160;
/** With more conversations at a time only their number is told. */
const PLACES_MAX = 3;
const SUMMARY_TAG = "switchboard-summary";

/** One person's. */
export class Alerts {
  #waiting: Alert[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #looked = () => {
    const now = route.value;
    if (now.at === "place" && isLookedAt(now.place)) this.read(now.place);
  };
  readonly #unwatch = effect(this.#looked);

  constructor() {
    addEventListener("focus", this.#looked);
  }

  /** Tells of a message soon. */
  add(alert: Alert): void {
    const { notify, sound } = preferences.value;
    if (!notify && !sound) return;
    if (isLookedAt(alert.place)) return void claim(alert.id);
    this.#waiting.push(alert);
    this.#timer ??= setTimeout(() => void this.#tell(), COLLECT_MS);
  }

  /** A message was taken back. */
  recalled(id: string, place: Place): void {
    const left = this.#waiting.filter((each) => each.id !== id);
    if (left.length === this.#waiting.length) void unshow(tagOf(place));
    this.#waiting = left;
  }

  /** A conversation was read, here or elsewhere. */
  read(place: Place): void {
    this.#waiting = this.#waiting.filter((each) => placeKey(each.place) !== placeKey(place));
    void unshow(tagOf(place));
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
    const byPlace = Map.groupBy(alerts, ({ place }) => placeKey(place));
    if (byPlace.size > PLACES_MAX) return void showSummary(alerts.length, byPlace.size);
    for (const each of byPlace.values()) void showNewest(each);
  }
}

/** Whether somebody looks at this window, and at this place in it. */
function isLookedAt(place?: Place): boolean {
  if (document.visibilityState !== "visible" || !document.hasFocus()) return false;
  if (!place) return true;
  const now = route.value;
  return now.at === "place" && placeKey(now.place) === placeKey(place);
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
  const { place, from, text } = alerts.at(-1)!;
  const short = beginningOf(text, TEXT_MAX);
  return show({
    title: "room" in place ? words.fromIn(from, placeName(place)) : from,
    body: alerts.length > 1 ? words.newestOf(short, alerts.length) : short,
    tag: tagOf(place),
    hash: hrefOf({ at: "place", place }),
  });
}

function showSummary(messages: number, places: number): Promise<void> {
  const body = words.newInPlaces(messages, places);
  return show({ title: words.product, body, tag: SUMMARY_TAG, hash: hrefOf({ at: "list" }) });
}

function tagOf(place: Place): string {
  return `switchboard-${placeKey(place)}`;
}
