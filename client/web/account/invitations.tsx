/** Invitations by link: making one, and those that are still good. */
import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import type { InvitationSummary } from "../../../server/core/shared/commands.ts";
import { LIMITS } from "../../../server/core/shared/limits.ts";
import { useChat } from "../chat/chat_context.ts";
import { dayAndTimeOf } from "../chat/time.tsx";
import { Form, NumberField } from "../entry/form.tsx";
import { useSubmit } from "../entry/use_submit.ts";
import { Icon } from "../icon.tsx";
import { invitingByLink } from "../open_dialogs.ts";
import { RoomIcon } from "../rooms/room_marks.tsx";
import { hrefOf } from "../route.ts";
import { SettingsLine } from "../settings_line.tsx";
import { nameKey } from "../state/target_key.ts";
import { useAttempt } from "../use_attempt.ts";
import { words } from "../words.ts";

/** The way to it in the settings. */
export function InvitationSettings({ onOpen }: { onOpen: () => void }) {
  return (
    <section class="settings-part" aria-label={words.invitationLinks}>
      <SettingsLine name={words.invitationLinks} note={words.invitationsNote}>
        <button
          type="button"
          class="button button-plain"
          onClick={() => {
            onOpen();
            invitingByLink.value = {};
          }}
        >
          {words.invitePeople}
        </button>
      </SettingsLine>
    </section>
  );
}

export function Invitations({ room }: { room: string | undefined }) {
  const { connection } = useChat();
  const made = useSignal<string | undefined>(undefined);
  const own = useSignal<readonly InvitationSummary[]>([]);
  const { trouble, attempt } = useAttempt();
  const load = async () => {
    const { invitations } = await connection.ask("invitations", {});
    own.value = invitations.filter(({ left }) => left > 0);
  };
  const revoke = async (invitation: string) => {
    await connection.ask("invitation.revoke", { invitation });
    await load();
  };
  useEffect(() => void attempt(load), []);
  return (
    <>
      {made.value === undefined
        ? (
          <InvitationForm
            room={room}
            onMade={(link) => {
              made.value = link;
              void attempt(load);
            }}
          />
        )
        : <MadeLink link={made.value} />}
      <section class="settings-part" aria-labelledby="own-invitations">
        <h3 id="own-invitations">{words.ownInvitations}</h3>
        {trouble && <p class="form-error" role="alert">{trouble}</p>}
        {own.value.length === 0 && <p class="field-hint">{words.noInvitations}</p>}
        <ul class="sessions">
          {own.value.map((each) => (
            <Invitation
              key={each.id}
              invitation={each}
              onRevoke={() => void attempt(() => revoke(each.id))}
            />
          ))}
        </ul>
      </section>
    </>
  );
}

function Invitation({ invitation, onRevoke }: { invitation: InvitationSummary; onRevoke: () => void }) {
  const { nickname } = useChat();
  const { by, rooms, left, uses, until } = invitation;
  const where = rooms.length === 0 ? words.noRooms : rooms.join(", ");
  const others = by !== null && nameKey(by) !== nameKey(nickname) ? [by] : [];
  const note = [...others, words.usesLeft(left, uses), words.goodUntil(dayAndTimeOf(until))].join(" · ");
  return (
    <li class="settings-line">
      <p>
        <strong dir="auto">{where}</strong>
        <span dir="auto">{note}</span>
      </p>
      <button
        type="button"
        class="button button-plain"
        aria-label={words.revokeInvitation(where)}
        onClick={onRevoke}
      >
        {words.revoke}
      </button>
    </li>
  );
}

const DAYS = [1, LIMITS.invitationDays, 30, LIMITS.invitationDaysMax];

function InvitationForm({ room, onMade }: { room: string | undefined; onMade: (link: string) => void }) {
  const { connection, conversations, rooms: known } = useChat();
  const days = useId();
  const chosen = useSignal<ReadonlySet<string>>(new Set(room === undefined ? [] : [room]));
  const rooms = [...conversations.all.value.values()].flatMap(({ target }) =>
    "room" in target ? [target.room] : []
  );
  const choose = (name: string, on: boolean) => {
    const next = new Set(chosen.value);
    if (on) next.add(name);
    else next.delete(name);
    chosen.value = next;
  };
  const submit = useSubmit(async (field) => {
    const { code } = await connection.ask("invitation.make", {
      rooms: rooms.filter((each) => chosen.value.has(each)),
      uses: Number(field("uses")),
      days: Number(field("days")),
    });
    // Under the address by which one is here oneself.
    onMade(new URL(hrefOf({ at: "invitation", code }), location.href).href);
  });
  return (
    <Form title={words.makeInvitation} action={words.makeInvitation} submit={submit}>
      <fieldset class="choices">
        <legend>{words.linkInto}</legend>
        {rooms.map((each) => (
          <label key={each} class="check">
            <input
              type="checkbox"
              checked={chosen.value.has(each)}
              onChange={({ currentTarget }) => choose(each, currentTarget.checked)}
            />
            <RoomIcon room={each} />
            <span dir="auto">{each}</span>
            {known.marksOf(each).private && <span class="unseen">{words.privateRoom}</span>}
          </label>
        ))}
      </fieldset>
      <div class="field-pair">
        <NumberField
          name="uses"
          label={words.inviteUses}
          min={1}
          max={LIMITS.invitationUsesMax}
          value={1}
        />
        <div class="field">
          <label for={days}>{words.inviteDays}</label>
          <select id={days} name="days">
            {DAYS.map((each) => (
              <option key={each} value={each} selected={each === LIMITS.invitationDays}>
                {words.days(each)}
              </option>
            ))}
          </select>
        </div>
      </div>
    </Form>
  );
}

function MadeLink({ link }: { link: string }) {
  const copied = useSignal(false);
  const id = useId();
  const copy = async () => {
    await navigator.clipboard.writeText(link).then(() => copied.value = true, () => {});
  };
  return (
    <div class="field">
      <label for={id}>{words.invitationLink}</label>
      <div class="field-row">
        <input
          id={id}
          dir="auto"
          readOnly
          value={link}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <button
          type="button"
          class="icon-button"
          aria-label={words.copyInvitation}
          title={words.copyInvitation}
          onClick={() => void copy()}
        >
          <Icon name="copy" />
        </button>
      </div>
      <p class="field-hint" role="status">{copied.value ? words.invitationCopied : words.madeInvitation}</p>
    </div>
  );
}
