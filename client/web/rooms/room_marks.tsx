/** What a room is, at a glance: open or private, archived, or for announcements. */
import { useChat } from "../chat/chat_context.ts";
import { Icon, type IconName } from "../icon.tsx";
import { words } from "../words.ts";

/** What stands before a room's name. */
export function RoomIcon({ room }: { room: string }) {
  const isPrivate = useChat().rooms.marksOf(room).private === true;
  return <Icon name={isPrivate ? "lock" : "hash"} />;
}

/** What stands behind it: in words too, for those who hear the page. */
export function RoomMarks({ room }: { room: string }) {
  const { private: isPrivate, archived, writing } = useChat().rooms.marksOf(room);
  return (
    <>
      {isPrivate && (
        <Mark
          icon="lock"
          name={words.privateRoom}
          note={words.privateNote}
          look="mark-private"
        />
      )}
      {writing === "moderators" && !archived && (
        <Mark icon="megaphone" name={words.announcements} note={words.announcementsNote} />
      )}
      {archived && <Mark icon="archive" name={words.archivedRoom} note={words.archivedNote} />}
    </>
  );
}

interface MarkProps {
  icon: IconName;
  name: string;
  note: string;
  look?: string;
}

function Mark({ icon, name, note, look = "" }: MarkProps) {
  return (
    <span class={`place-mark ${look}`} title={note}>
      <Icon name={icon} />
      <span class="unseen">{name}</span>
    </span>
  );
}
