/** Everywhere one can go: rooms, private conversations, people; and who one is. */
import type { Place } from "../route.ts";
import { Logo } from "../logo.tsx";
import { words } from "../words.ts";
import { EnterRoom } from "./enter_room.tsx";
import { MeBar } from "./me_bar.tsx";
import { PeopleList } from "./people_list.tsx";
import { PrivateList } from "./private_list.tsx";
import { OtherRooms, RoomList } from "./room_list.tsx";

export function Sidebar({ current }: { current: Place }) {
  return (
    <nav class="sidebar" aria-label={words.conversations}>
      <header class="sidebar-brand">
        <Logo />
        <span>{words.product}</span>
      </header>
      <div class="sidebar-lists">
        <RoomList current={current} />
        <EnterRoom />
        <PrivateList current={current} />
        <PeopleList current={current} />
        <OtherRooms />
      </div>
      <MeBar />
    </nav>
  );
}
