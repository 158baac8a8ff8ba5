/** Everything that the page says, in English. This is the shape of every catalogue. */
import { enAdmin } from "./en_admin.ts";
import { enAlerts } from "./en_alerts.ts";
import { enEntry } from "./en_entry.ts";
import { enFaults } from "./en_faults.ts";
import { enFiles } from "./en_files.ts";
import { enInvitations } from "./en_invitations.ts";
import { enMessages } from "./en_messages.ts";
import { enPeople } from "./en_people.ts";
import { enRooms } from "./en_rooms.ts";
import { enShell } from "./en_shell.ts";

/** The words. */
export const en = {
  ...enEntry,
  ...enShell,
  ...enInvitations,
  ...enMessages,
  ...enPeople,
  ...enRooms,
  ...enFiles,
  ...enAlerts,
  ...enAdmin,
  faults: enFaults,
  /** What went wrong, and the server's own words about why. */
  faultWithReason: (fault: string, reason: string) => `${fault}: ${reason}`,
  /** What went wrong, as a sentence. */
  faultAlone: (fault: string) => `${fault}.`,
};
