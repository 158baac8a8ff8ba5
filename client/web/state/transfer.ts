/** One thing on its way to the server, as the page shows it. */
import { signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import { RequestError } from "../../connection/request_error.ts";
import { faultWords } from "../fault_words.ts";
import { Throughput } from "../../connection/throughput.ts";
import type { Picked } from "../files/picked.ts";
import { type Sent, type Upload, type UploadContext, uploadOf } from "../files/upload.ts";
import { words } from "../words.ts";
import type { Caption } from "../../transfer/transfer.ts";
import type { Conversation } from "./conversation.ts";

/**
 * waiting: for its turn · reading: being hashed · sending · lost: waits for the connection, then goes on ·
 * failed: `why` is shown
 */
export type TransferState =
  | { is: "waiting" }
  | { is: "reading"; done: number }
  | { is: "sending"; done: number; perSecond: number | undefined }
  | { is: "lost"; done: number }
  | { is: "failed"; why: string };

/** An upload that somebody sees, may cancel, and may try again. */
export class Transfer {
  readonly state = signal<TransferState>({ is: "waiting" });
  readonly #upload: Upload;
  readonly #throughput = new Throughput();
  readonly #over = Promise.withResolvers<void>();
  #abort = new AbortController();
  #done = 0;
  #running = false;

  constructor(
    readonly id: number,
    readonly picked: Picked,
    public conversation: Conversation,
    /** What is said with it. */
    readonly caption: Caption,
    /** What was picked before it at the same time, and so appears before it. */
    readonly after?: Transfer,
  ) {
    this.#upload = uploadOf(picked, conversation.destination, caption);
  }

  /** Resolves when it has arrived, and when it was cancelled or has failed once: nothing waits for it any longer. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /**
   * Whether another one would announce the same as this: the server would take it for this one, gone on with. Only after
   * this one has arrived is it another.
   */
  isLike({ picked, conversation }: Transfer): boolean {
    const { name, size } = this.picked;
    return conversation === this.conversation && picked.name === name && picked.size === size;
  }

  /** Sends it, or what is left of it. Undefined: it failed, or was cancelled; `state` says which. */
  async run(context: Pick<UploadContext, "connection" | "hashing">): Promise<Sent | undefined> {
    const { signal } = this.#abort;
    this.#running = true;
    this.#throughput.restart();
    const wait = () => {
      this.#throughput.restart();
      this.state.value = { is: "lost", done: this.#done };
    };
    const stopListening = context.connection.onLost(wait);
    try {
      return await this.#upload.run({
        ...context,
        signal,
        turn: this.after?.over ?? Promise.resolve(),
        onProgress: (...how) => this.#show(...how),
        onWait: wait,
      });
    } catch (error) {
      if (signal.aborted) await this.#upload.giveUp(context.connection);
      else {
        this.state.value = { is: "failed", why: whyOf(error) };
      }
      return undefined;
    } finally {
      this.#running = false;
      this.#over.resolve();
      stopListening();
    }
  }

  /** Ends it; nothing of it is left here or there. */
  cancel(connection: Connection): void {
    this.#abort.abort();
    this.#over.resolve();
    if (!this.#running) void this.#upload.giveUp(connection);
  }

  /** Waits for its turn once more. */
  again(): void {
    this.#abort = new AbortController();
    this.state.value = { is: "waiting" };
  }

  #show(what: "reading" | "sending", done: number): void {
    this.#done = what === "sending" ? done : 0;
    if (what === "reading") this.state.value = { is: "reading", done };
    else {
      this.#throughput.sample(done, performance.now());
      this.state.value = { is: "sending", done, perSecond: this.#throughput.perSecond };
    }
  }
}

function whyOf(error: unknown): string {
  if (error instanceof RequestError) return faultWords(error);
  return error instanceof Error ? error.message : words.unreadable;
}
