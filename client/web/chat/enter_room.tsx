/** Entering a room by its name, which makes it if there is none. */
import type { TargetedEvent } from "preact";
import { Icon } from "../icon.tsx";
import { go } from "../route.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";

export function EnterRoom() {
  const chat = useChat();
  const submit = (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const name = String(new FormData(form).get("room") ?? "").trim();
    if (name === "") return;
    void chat.attempt(async () => {
      const room = await chat.rooms.enter(name);
      form.reset();
      go({ at: "place", place: { room } });
    });
  };
  return (
    <form class="enter-room" onSubmit={submit} aria-label={words.enterRoom}>
      <Icon name="plus" />
      <input
        name="room"
        aria-label={words.roomName}
        placeholder={words.enterRoom}
        autocomplete="off"
        spellcheck={false}
      />
      <button type="submit" class="button button-small">{words.enter}</button>
    </form>
  );
}
