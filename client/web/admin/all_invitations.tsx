/** Every invitation by link that still leads in. */
import type { InvitationSummary } from "../../../server/core/shared/commands.ts";
import { dayAndTimeOf } from "../chat/time.tsx";
import { words } from "../words.ts";
import { useAdmin } from "./ask_admin.ts";
import { PagedList, Sure, usePages } from "./pages.tsx";

export function AllInvitations() {
  const ask = useAdmin();
  const pages = usePages<InvitationSummary>(async (_, last) => {
    const { invitations, more } = await ask("invitation.list", last === undefined ? {} : { before: last.id });
    return { items: invitations, more };
  });
  const revoke = async (invitation: string) => {
    await ask("invitation.revoke", { invitation });
    await pages.reload();
  };
  return (
    <PagedList pages={pages} none={words.noInvitations} keyOf={({ id }) => id}>
      {({ id, by, rooms, left, uses, until }) => (
        <div class="admin-line">
          <p>
            <strong dir="auto">{by ?? words.theOperator}</strong>
            <span dir="auto">
              {[words.usesLeft(left, uses), words.goodUntil(dayAndTimeOf(until)), rooms.join(", ")].filter(
                Boolean,
              )
                .join(" · ")}
            </span>
          </p>
          <Sure
            name={words.revoke}
            what={by ?? words.theOperator}
            act={() => void pages.attempt(() => revoke(id))}
          />
        </div>
      )}
    </PagedList>
  );
}
