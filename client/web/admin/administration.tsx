/** The administration: what administrators see to, a tab for each. */
import { useSignal } from "@preact/signals";
import { Tabs } from "../tabs.tsx";
import { words } from "../words.ts";
import { Accounts } from "./accounts.tsx";
import { AuditLog } from "./audit_log.tsx";
import { AllInvitations } from "./all_invitations.tsx";
import { Reports } from "./reports.tsx";
import { AllRooms } from "./all_rooms.tsx";
import { ServerSettings } from "./server_settings.tsx";

const SHOWN = {
  accounts: Accounts,
  reports: Reports,
  rooms: AllRooms,
  invitations: AllInvitations,
  settings: ServerSettings,
  audit: AuditLog,
} as const;

export function Administration() {
  const shown = useSignal<keyof typeof SHOWN>("accounts");
  const names = Object.keys(SHOWN) as (keyof typeof SHOWN)[];
  const Shown = SHOWN[shown.value];
  return (
    <div class="admin-body">
      <Tabs
        label={words.administration}
        tabs={names.map((name) => ({ name, label: words.adminTabs[name] }))}
        shown={shown.value}
        onShow={(to) => shown.value = to}
      >
        <Shown />
      </Tabs>
    </div>
  );
}
