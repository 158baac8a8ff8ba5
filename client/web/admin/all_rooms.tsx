/** The open rooms of a server, in an administrator's hands; private ones are their members'. */
import { useSignal } from "@preact/signals";
import type { AdminRoom } from "../../../server/core/shared/admin_commands.ts";
import type { Kick } from "../../../server/core/shared/commands.ts";
import { dayAndTimeOf } from "../chat/time.tsx";
import { words } from "../words.ts";
import { useAdmin } from "./ask_admin.ts";
import { PagedList, type Pages, Sure, usePages } from "./pages.tsx";

const PAGE = 50;

export function AllRooms() {
  const ask = useAdmin();
  const pages = usePages<AdminRoom>(async (text, last) => {
    const after = last === undefined ? {} : { after: `${last.room}/${last.id}` };
    const { rooms, more } = await ask("room.list", { ...after, ...(text && { text }), limit: PAGE });
    return { items: rooms, more };
  });
  return (
    <>
      <p class="field-hint">{words.openRoomsNote}</p>
      <PagedList pages={pages} find={words.findRoom} none={words.found(0, false)} keyOf={({ id }) => id}>
        {(room) => <OneRoom room={room} pages={pages} />}
      </PagedList>
    </>
  );
}

function OneRoom({ room: { room, members, owner }, pages }: { room: AdminRoom; pages: Pages<AdminRoom> }) {
  const ask = useAdmin();
  const kicks = useSignal<readonly Kick[] | undefined>(undefined);
  const look = async () => void (kicks.value = (await ask("room.kicks", { room })).kicks);
  const lift = async (nickname: string) => {
    await ask("room.unkick", { room, nickname });
    await look();
  };
  const end = async () => {
    await ask("room.delete", { room });
    await pages.reload();
  };
  return (
    <details>
      <summary>
        <strong dir="auto">{room}</strong>
        <span dir="auto">{[words.memberCount(members), owner].filter(Boolean).join(" · ")}</span>
      </summary>
      <div class="admin-deeds">
        <button type="button" class="button button-plain" onClick={() => void pages.attempt(look)}>
          {words.keptOut}
        </button>
        <Sure name={words.deleteRoomForGood} what={room} act={() => void pages.attempt(end)} />
        {kicks.value?.length === 0 && <p class="field-hint">{words.nobodyKeptOut}</p>}
        <ul class="admin-sessions">
          {kicks.value?.map(({ nickname, until }) => (
            <li key={nickname}>
              <span dir="auto">{`${nickname} · ${words.keptOutUntil(dayAndTimeOf(until))}`}</span>
              <button
                type="button"
                class="text-button"
                aria-label={words.letInAgain(nickname)}
                onClick={() => void pages.attempt(() => lift(nickname))}
              >
                {words.letIn}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}
