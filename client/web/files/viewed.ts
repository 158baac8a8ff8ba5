/** The picture or video that the viewer shows, if any. */
import { signal } from "@preact/signals";
import type { FileInfo } from "../../../server/core/shared/events.ts";

/** What is looked at. */
export const viewed = signal<FileInfo | undefined>(undefined);
