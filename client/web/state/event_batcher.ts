/** Gathers events until the next picture is drawn, so that a burst of them costs one drawing and typing goes on. */
import { batch } from "@preact/signals";
import type { Event } from "../../../server/core/shared/events.ts";

/** A page in the background draws nothing: its events wait so long instead. */
const HIDDEN_WAIT_MS = 100;

/** A queue of events that is handed over once a frame, in order. */
export class EventBatcher {
  readonly #take: (event: Event) => void;
  #waiting: Event[] = [];
  #frame: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `take` gets each event, all of a frame within one batch. */
  constructor(take: (event: Event) => void) {
    this.#take = take;
  }

  /** Queues an event. */
  add(event: Event): void {
    this.#waiting.push(event);
    if (this.#timer !== undefined) return;
    // Whichever comes first: a tab can be hidden between asking for a frame and getting it.
    this.#frame = requestAnimationFrame(this.flush);
    this.#timer = setTimeout(this.flush, HIDDEN_WAIT_MS);
  }

  /** Hands over at once what waits: what comes next must come after it. */
  readonly flush = (): void => {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = this.#timer = undefined;
    const events = this.#waiting;
    this.#waiting = [];
    batch(() => events.forEach(this.#take));
  };
}
