/**
 * Who has proposed something that is not applied yet, and where the last of it is: what they ask meanwhile is answered after
 * that.
 */

/** What one peer has proposed. */
interface Proposing<Message> {
  /** Proposals that are not applied, and those of them that are in no message. */
  count: number;
  queued: number;
  /** The last message that has one of them. */
  last: Message | undefined;
}

/** The peers of one node. `Message`: what proposals go into the log in. */
export class ProposingPeers<Message> {
  readonly #peers = new Map<object, Proposing<Message>>();

  /** Where the last proposal of a peer is; undefined: all are applied. */
  lastOf(peer: object | undefined): Message | "queue" | undefined {
    const proposing = peer && this.#peers.get(peer);
    return proposing && proposing.queued > 0 ? "queue" : proposing?.last;
  }

  /** A proposal of a peer waits for a message. */
  queued(peer: object): void {
    const proposing = this.#peers.get(peer) ?? { count: 0, queued: 0, last: undefined };
    this.#peers.set(peer, proposing);
    proposing.count++;
    proposing.queued++;
  }

  /** It waits no more: it is in this message, or was refused. */
  unqueued(peer: object | undefined, message?: Message): void {
    const proposing = peer && this.#peers.get(peer);
    if (!proposing) return;
    proposing.queued--;
    if (message) proposing.last = message;
  }

  /** One proposal of a peer is applied, or refused. */
  settled(peer: object | undefined): void {
    const proposing = peer && this.#peers.get(peer);
    if (!proposing) return;
    proposing.count--;
    if (proposing.count === 0) this.#peers.delete(peer);
  }

  /** Only these messages are left, in their order. `has`: whether one has a proposal of a peer. */
  keep(messages: readonly Message[], has: (message: Message, peer: object) => boolean): void {
    for (const [peer, proposing] of this.#peers) {
      if (!proposing.last || messages.includes(proposing.last)) continue;
      proposing.last = messages.findLast((message) => has(message, peer));
    }
  }
}
