/** 页面上的所有文字，中文。 */
import type { Reasons, Translated } from "./catalogue.ts";
import type { en } from "./en.ts";
import { zhAdmin } from "./zh_admin.ts";
import { zhAlerts } from "./zh_alerts.ts";
import { zhEntry } from "./zh_entry.ts";
import { zhFaults } from "./zh_faults.ts";
import { zhFiles } from "./zh_files.ts";
import { zhInvitations } from "./zh_invitations.ts";
import { zhMessages } from "./zh_messages.ts";
import { zhPeople } from "./zh_people.ts";
import { zhReasons } from "./zh_reasons.ts";
import { zhRooms } from "./zh_rooms.ts";
import { zhShell } from "./zh_shell.ts";

/** 文字。 */
export const zh: Translated<typeof en> & { readonly reasons: Reasons } = {
  ...zhEntry,
  ...zhShell,
  ...zhInvitations,
  ...zhMessages,
  ...zhPeople,
  ...zhRooms,
  ...zhFiles,
  ...zhAlerts,
  ...zhAdmin,
  faults: zhFaults,
  reasons: zhReasons,
  faultWithReason: (fault: string, reason: string) => `${fault}（${reason}）`,
  faultAlone: (fault: string) => `${fault}。`,
};
