/**
 * What is bounded in all, as figures: each part of the server says how much of what it has is used, and how much may be.
 * Whoever runs the server sees them side by side (docs/metrics.md).
 */
import type { Core } from "./core.ts";
import { LIMITS } from "./shared/limits.ts";

/** How much of something is used, and how much of it may be; at `max` somebody is refused, or has to go. */
export interface Budget {
  readonly name: string;
  readonly used: number;
  readonly max: number;
}

/** What is kept, and what is on its way there. */
export function* budgetsOf(core: Core): Iterable<Budget> {
  const { bounds, disk, rooms, store, uploads } = core;
  yield { name: "rooms", used: rooms.size, max: LIMITS.roomsMax };
  yield { name: "rooms_of_one_maker", used: rooms.mostOfOneMaker, max: LIMITS.roomsMadePerAddressMax };
  yield { name: "uploads", used: uploads.size, max: bounds.uploadsMax };
  const arrived = uploads.arrived.all;
  yield { name: "unfinished_bytes", used: arrived, max: bounds.quotaAllBytes };
  yield { name: "kept_bytes", used: store.files.bytesKept() + arrived, max: bounds.quotaAllBytes };
  // As soon as less is free than is to stay free, nothing more is kept.
  yield { name: "disk", used: bounds.freeBytesKept, max: disk.free };
}
