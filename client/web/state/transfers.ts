/** Everything on its way to the server: a few at a time, the others in turn. What has arrived becomes its message. */
import { signal } from "@preact/signals";
import type { Message, MessageKind } from "../../../server/core/shared/events.ts";
import type { Connection } from "../../connection/connection.ts";
import { Hashing } from "../files/hashing.ts";
import type { Picked } from "../files/picked.ts";
import type { Sent } from "../files/upload.ts";
import type { Caption } from "../../transfer/transfer.ts";
import type { Conversation } from "./conversation.ts";
import { Transfer } from "./transfer.ts";

const AT_ONCE_MAX = 2;

/** All transfers of one person. */
export class Transfers {
  readonly all = signal<readonly Transfer[]>([]);
  readonly #connection: Connection;
  readonly #me: string;
  readonly #hashing = new Hashing();
  readonly #running = new Set<Transfer>();
  #nextId = 1;

  constructor(connection: Connection, me: string) {
    this.#connection = connection;
    this.#me = me;
    addEventListener("beforeunload", this.#warn);
  }

  /** Those of one conversation, in the order of picking. */
  of(conversation: Conversation): Transfer[] {
    return this.all.value.filter((each) => each.conversation === conversation);
  }

  /** Sends what was picked; what is said goes with the first, and they appear in this order. */
  add(conversation: Conversation, picked: readonly Picked[], caption: Caption = {}): void {
    const added: Transfer[] = [];
    for (const each of picked) {
      const before = added.at(-1);
      added.push(new Transfer(this.#nextId++, each, conversation, before ? {} : caption, before));
    }
    this.all.value = [...this.all.value, ...added];
    this.#next();
  }

  /** Ends one and forgets it; what was to be said with it goes back to where one writes, if that is empty. */
  cancel(transfer: Transfer): void {
    const { conversation: { draft }, caption: { text = "" } } = transfer;
    transfer.cancel(this.#connection);
    this.#forget(transfer);
    if (draft.text.peek() === "" && !draft.editing.peek()) draft.text.value = text;
  }

  /** Goes on with one that failed. */
  retry(transfer: Transfer): void {
    transfer.again();
    this.#next();
  }

  /** A conversation goes on as another one. */
  moved(before: Conversation, after: Conversation): void {
    for (const each of this.of(before)) each.conversation = after;
    this.all.value = [...this.all.peek()];
  }

  /** Ends those of one conversation. */
  cancelIn(conversation: Conversation): void {
    for (const each of this.of(conversation)) this.cancel(each);
  }

  /** Ends all of them. */
  end(): void {
    for (const transfer of this.all.value) transfer.cancel(this.#connection);
    this.all.value = [];
    this.#hashing.close();
    removeEventListener("beforeunload", this.#warn);
  }

  #next(): void {
    for (const transfer of this.all.value) {
      if (this.#running.size >= AT_ONCE_MAX) return;
      const isTurn = transfer.state.value.is === "waiting" &&
        ![...this.#running].some((each) => each.isLike(transfer));
      if (isTurn) void this.#run(transfer);
    }
  }

  async #run(transfer: Transfer): Promise<void> {
    this.#running.add(transfer);
    transfer.state.value = { is: "reading", done: 0 };
    const sent = await transfer.run({ connection: this.#connection, hashing: this.#hashing });
    this.#running.delete(transfer);
    if (sent) {
      const message = messageOf(sent, transfer, this.#me);
      this.#forget(transfer);
      if (message) transfer.conversation.receive(message);
    }
    this.#next();
  }

  #forget(transfer: Transfer): void {
    this.all.value = this.all.value.filter((each) => each !== transfer);
  }

  /** Leaving the page ends what is on its way: the browser asks first. */
  readonly #warn = (event: BeforeUnloadEvent) => {
    if (this.all.value.some(({ state }) => state.value.is !== "failed")) event.preventDefault();
  };
}

/** One's own message, which the server does not tell to whoever sent it. */
function messageOf(sent: Sent, { picked, conversation, caption }: Transfer, me: string): Message | undefined {
  const { id, seq, at, file, md5, sha256, type } = sent;
  if (id === undefined || seq === undefined || at === undefined) return undefined;
  const { name, size } = picked;
  const offer = "with" in conversation.target ? { offer: "waiting" } as const : {};
  const info = { id: file, name, size, md5, sha256, type, ...offer };
  const { text = "", ...reply } = caption;
  return {
    id,
    seq,
    at,
    from: me,
    ...conversation.destination,
    text,
    ...reply,
    kind: kindOf(type),
    file: info,
  };
}

function kindOf(type: string): MessageKind {
  const [kind] = type.split("/");
  return kind === "image" || kind === "video" ? kind : "file";
}
