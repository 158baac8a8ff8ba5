/** What a client does with each event. */
import type { Event, EventName } from "../../server/core/shared/events.ts";

/** A handler for every event: one that was forgotten does not compile. `C`: what the handlers work on. */
export type EventHandlers<C> = { readonly [K in EventName]: (context: C, event: Event<K>) => void };

/** Hands an event to its handler. */
export function dispatchEvent<C>(handlers: EventHandlers<C>, context: C, event: Event): void {
  (handlers[event.event] as (context: C, event: Event) => void)(context, event);
}
