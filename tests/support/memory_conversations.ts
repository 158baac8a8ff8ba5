/** Lists of conversations in memory: everything is looked at anew each time. */
import { type NameKey, nameKey } from "../../server/core/shared/names.ts";
import type {
  ConversationStore,
  ListPosition,
  NamedQuery,
  StoredConversation,
  UnreadQuery,
} from "../../server/core/store/stored_conversations.ts";
import type { StoredMessage } from "../../server/core/store/store.ts";
import type { MemoryState } from "./memory_state.ts";

/** The part of a store in memory that lists conversations. */
export class MemoryConversations implements ConversationStore {
  readonly #state: () => MemoryState;

  constructor(state: () => MemoryState) {
    this.#state = state;
  }

  latest(owner: string, after: ListPosition | undefined, limit: number): StoredConversation[] {
    const all = Array.from(this.#of(owner).values(), (each) => ({ ...each, name: nameKey(each.nickname) }))
      .toSorted((a, b) => b.seq - a.seq || (a.name > b.name ? -1 : 1));
    const rest = all.filter(({ seq, name }) =>
      !after || seq < after.seq || seq === after.seq && name < after.name
    );
    return rest.slice(0, limit).map(({ name: _, ...each }) => each);
  }

  withName(owner: string, key: NameKey): StoredConversation | undefined {
    return this.latest(owner, undefined, Infinity).find(({ nickname }) => nameKey(nickname) === key);
  }

  withPeer(owner: string, peer: string): StoredConversation | undefined {
    return this.#of(owner).get(peer);
  }

  unread(query: UnreadQuery): number {
    return this.#unread(query, (here) => here.toReversed()).length;
  }

  firstUnread(query: UnreadQuery): { id: string; seq: number } | undefined {
    const [first] = this.#unread(query, (here) => here);
    return first && { id: first.id, seq: first.seq };
  }

  #unread(query: UnreadQuery, order: (oldestFirst: StoredMessage[]) => StoredMessage[]): StoredMessage[] {
    const { messages } = this.#state();
    const here = messages.filter((message) =>
      message.seq > query.after && message.seq <= query.upTo &&
      ("room" in query ? message.room === query.room : message.room === null &&
        this.#partners(query.reader, message.seq).some(({ peer }) => peer === query.peer))
    );
    return order(here.toSorted((a, b) => a.seq - b.seq)).slice(0, query.max)
      .filter((message) => message.author !== query.reader && message.recalled === null);
  }

  named({ reader, nickname, rooms, upTo }: NamedQuery): ReturnType<ConversationStore["named"]> {
    return this.#state().messages.filter((message) =>
      message.seq <= upTo && message.author !== reader &&
      rooms.some(({ room, after }) => message.room === room && message.seq > after) &&
      nameKey(message.text).includes(nameKey(nickname))
    ).map(({ room, text, author }) => ({ room: room!, text, author }));
  }

  /** Whom a private message is with, as this person sees it. */
  #partners(owner: string, seq: number): StoredConversation[] {
    const { messages, recipients, called } = this.#state();
    const named = (person: string, nickname: string) =>
      called.find((each) => each.person === person)?.nickname ?? nickname;
    const message = messages.find((each) => each.seq === seq)!;
    const to = recipients.filter((each) => each.seq === seq);
    if (message.author === owner) {
      return to.map(({ person, nickname }) => ({
        peer: person,
        nickname: named(person, nickname),
        seq,
      }));
    }
    return to.some(({ person, hidden }) => person === owner && !hidden)
      ? [{ peer: message.author, nickname: named(message.author, message.from), seq }]
      : [];
  }

  /** By the other person's id. */
  #of(owner: string): Map<string, StoredConversation> {
    const found = new Map<string, StoredConversation>();
    const own = this.#state().messages.filter((message) => message.room === null);
    for (const { seq } of own.toSorted((a, b) => a.seq - b.seq)) {
      for (const each of this.#partners(owner, seq)) found.set(each.peer, each);
    }
    return found;
  }
}
