/** Invitations by link, in memory. */
import type {
  InvitationsQuery,
  InvitationStore,
  InvitationWrite,
} from "../../server/core/store/stored_invitations.ts";
import { Contradiction } from "../../server/core/store/store.ts";
import type { MemoryState } from "./memory_state.ts";

type WriteHandlers = {
  [K in InvitationWrite["kind"]]: (state: MemoryState, write: Extract<InvitationWrite, { kind: K }>) => void;
};

/** What each write about one does. */
export const INVITATION_WRITE_HANDLERS: WriteHandlers = {
  "invitation.add"(state, { invitation }) {
    if (state.invitations.some(({ hash }) => hash === invitation.hash)) {
      throw new Contradiction("a second one");
    }
    state.invitations = [...state.invitations, invitation];
  },
  "invitation.use"(state, { id }) {
    const found = state.invitations.find((each) => each.id === id);
    if (!found || found.used >= found.uses) throw new Contradiction("it is used up");
    state.invitations = state.invitations.map((each) =>
      each === found ? { ...each, used: each.used + 1 } : each
    );
  },
  "invitation.remove"(state, { id }) {
    state.invitations = state.invitations.filter((each) => each.id !== id);
  },
  "invitations.expire"(state, { before }) {
    state.invitations = state.invitations.filter(({ expiresAt }) => expiresAt > before);
  },
};

/** The part of a store in memory that knows invitations. */
export class MemoryInvitations implements InvitationStore {
  readonly #state: () => MemoryState;

  constructor(state: () => MemoryState) {
    this.#state = state;
  }

  withHash(hash: string) {
    return this.#state().invitations.find((each) => each.hash === hash);
  }

  withId(id: string) {
    return this.#state().invitations.find((each) => each.id === id);
  }

  list({ maker, before, now, limit }: InvitationsQuery) {
    return this.#living(now, maker).filter(({ id }) => before === undefined || id < before)
      .toSorted((a, b) => a.id < b.id ? 1 : -1).slice(0, limit);
  }

  count(now: number, maker?: string): number {
    return this.#living(now, maker).length;
  }

  #living(now: number, maker: string | undefined) {
    return this.#state().invitations.filter((each) =>
      each.expiresAt > now && (maker === undefined || each.maker === maker)
    );
  }
}
