/** Everywhere one can go: rooms, private conversations, people; and who one is. */
import { Logo } from "../logo.tsx";
import type { Place } from "../route.ts";
import { words } from "../words.ts";
import { MeBar } from "./me_bar.tsx";
import { PeopleList } from "./people_list.tsx";
import { PrivateList } from "./private_list.tsx";
import { RoomList } from "./room_list.tsx";

export function Sidebar({ current }: { current: Place }) {
  return (
    <nav class="sidebar" aria-label={words.conversations}>
      <div class="sidebar-brand">
        <Logo />
        <span>{words.product}</span>
      </div>
      <div class="sidebar-lists">
        <RoomList current={current} />
        <PrivateList current={current} />
        <PeopleList current={current} />
      </div>
      <MeBar />
    </nav>
  );
}
