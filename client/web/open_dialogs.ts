/** Which of the dialogs are open whose content is loaded on demand: see on_demand.tsx. */
import { signal } from "@preact/signals";
import type { Message } from "../../server/core/shared/events.ts";
import type { Target } from "./route.ts";

/** The administration. */
export const administering = signal(false);
/** The settings. */
export const settingsOpen = signal(false);
/** One's profile. */
export const profileOpen = signal(false);
/** The directory of everybody. */
export const directoryOpen = signal(false);
/** Writing to several people. */
export const writingToSeveral = signal(false);
/** Looking for something that was said: where. */
export const searching = signal<Target | undefined>(undefined);
/** Telling the administrators of a message: of which. */
export const reporting = signal<Message | undefined>(undefined);
/** How a room is set: of which. */
export const roomShown = signal<string | undefined>(undefined);
/** Invitations by link, and the room that one wants people in. */
export const invitingByLink = signal<{ room?: string } | undefined>(undefined);
