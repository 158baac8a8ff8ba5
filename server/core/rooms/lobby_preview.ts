/**
 * A glance at the lobby, for programs that show who and what is there before anybody signs in. Anyone may come in there as a
 * guest and see the same, so it tells nothing that is not to be had; where guests are not let in it tells nothing at all.
 */
import type { Answer } from "../shared/commands.ts";
import type { Caller } from "../caller.ts";
import type { Core } from "../core.ts";
import type { Answered } from "../outcome.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import { LOBBY } from "../state/rooms.ts";

/** Who is in the lobby, and its newest files. */
export function glance(core: Core, caller: Caller): Answered<Answer<"glance">> {
  if (!caller.session && core.settings.get("guests") === "off") {
    return { reply: { members: [], owner: null, files: [] } };
  }
  const lobby = core.rooms.named(nameKey(LOBBY))!;
  const members = Array.from(lobby.members, ({ nickname }) => nickname);
  const owner = lobby.owner?.nickname ?? null;
  const { files } = core.store.files.list({
    room: lobby.id,
    limit: LIMITS.filesListedMax,
    upTo: core.sequence.last,
  });
  return { reply: { members, owner, files } };
}
