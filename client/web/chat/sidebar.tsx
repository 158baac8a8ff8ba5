/** Everywhere one can go: rooms, people; and who one is. Alone on a phone it is the page itself. */
import { Logo } from "../logo.tsx";
import { type Place, route } from "../route.ts";
import { words } from "../words.ts";
import { onePane } from "./breakpoints.ts";
import { MeBar } from "./me_bar.tsx";
import { PeopleList } from "./people_list.tsx";
import { RoomList } from "./room_list.tsx";

export function Sidebar({ current }: { current: Place }) {
  const lists = (
    <>
      <RoomList current={current} />
      <PeopleList current={current} />
    </>
  );
  if (onePane.value && route.value.at !== "place") {
    return (
      <main class="sidebar">
        <header class="sidebar-brand">
          <Logo />
          <h1>{words.product}</h1>
        </header>
        <nav class="sidebar-lists" aria-label={words.conversations}>{lists}</nav>
        <MeBar />
      </main>
    );
  }
  return (
    <nav class="sidebar" aria-label={words.conversations}>
      <div class="sidebar-brand">
        <Logo />
        <span>{words.product}</span>
      </div>
      <div class="sidebar-lists">{lists}</div>
      <MeBar />
    </nav>
  );
}
