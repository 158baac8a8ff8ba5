/** What is in a stream of NATS, read through to its end. */
import type { Consumer, JsMsg } from "@nats-io/jetstream";
import { Attempts } from "./attempts.ts";
import { type NatsParts, REQUEST_MS } from "./nats_connection.ts";

/** Messages that are asked for at a time; a piece of a file has 128 KiB at the most. */
const AHEAD = 64;

/**
 * What is there below a subject, as far as whoever takes it asks for more; each once, though they may be asked for again.
 * `isWanted`: see {@link Attempts}. @throws when nothing comes before the last
 */
export async function* storedMessages(
  { jetstreamWithin, connection }: Pick<NatsParts, "jetstreamWithin" | "connection">,
  stream: string,
  subject: string,
  isWanted?: () => boolean,
): AsyncIterable<JsMsg> {
  const attempts = new Attempts(connection, isWanted);
  for (let first = 1;;) {
    let consumer: Consumer | undefined;
    try {
      const { consumers } = jetstreamWithin(attempts.withinMs);
      consumer = await consumers.get(stream, { filter_subjects: subject, opt_start_seq: first });
      for await (const message of messagesOf(consumer, attempts)) {
        attempts.succeeded();
        first = message.seq + 1;
        yield message;
      }
      return;
    } catch (error) {
      // A consumer goes with the server that has it, which is said in many words.
      await attempts.failed(consumer ? new Error(`${subject} broke off: ${String(error)}`) : error);
    } finally {
      void consumer?.delete().catch(() => {});
    }
  }
}

/** What a consumer brings, to its end. @throws when nothing comes before that */
async function* messagesOf(consumer: Consumer, attempts: Attempts): AsyncIterable<JsMsg> {
  for (let left = (await consumer.info(true)).num_pending; left > 0;) {
    const before = left;
    const messages = await consumer.fetch({ max_messages: AHEAD, expires: REQUEST_MS });
    let isStuck = false;
    // The library looks for a minute for a consumer that is gone.
    const waiting = () =>
      setTimeout(() => {
        isStuck = true;
        messages.stop();
      }, attempts.withinMs);
    let late = waiting();
    try {
      for await (const message of messages) {
        clearTimeout(late);
        left = message.info.pending;
        yield message;
        if (left === 0) break;
        late = waiting();
      }
    } finally {
      clearTimeout(late);
      messages.stop();
    }
    if (isStuck || left === before) throw new Error(`the last ${left} messages do not come`);
  }
}
