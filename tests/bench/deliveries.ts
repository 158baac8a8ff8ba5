/**
 * How fast one sender reaches everybody. A text is in flight until its sender has it back, as a reply or as its own
 * copy; the sender keeps a number of them in flight and says the next as soon as there is room. The time ends when
 * every receiver has every text.
 */
import type { CountedPeer } from "./counted_peer.ts";
import { enter, type Target } from "./targets.ts";

const ENTER_AT_ONCE = 50;

/** A room full of people, ready to be measured. */
export interface Crowd {
  readonly target: Target;
  readonly sender: CountedPeer;
  readonly receivers: readonly CountedPeer[];
}

/** Lets so many receivers in, and a sender. */
export async function gather(target: Target, receivers: number): Promise<Crowd> {
  const sender = await enter(target, "sender");
  const crowd: CountedPeer[] = [];
  while (crowd.length < receivers) {
    // Together, because InspIRCd lets people in once a second.
    const some = Array.from(
      { length: Math.min(ENTER_AT_ONCE, receivers - crowd.length) },
      (_, index) => index,
    );
    crowd.push(
      ...await Promise.all(some.map((index) => enter(target, `receiver${crowd.length + index}`))),
    );
  }
  for (const peer of [sender, ...crowd]) await target.barrier(peer);
  for (const peer of [sender, crowd[0]!]) peer.countsLines = true;
  return { target, sender, receivers: crowd };
}

/** Lets everybody go. */
export function disperse({ sender, receivers }: Crowd): void {
  for (const peer of [sender, ...receivers]) peer.close();
}

const TEXT_BYTES = 100;

/** Says texts for some seconds and waits until everybody has all of them; gives texts per second. */
export async function textsPerSecond(crowd: Crowd, inFlight: number, seconds: number): Promise<number> {
  const { target, sender, receivers } = crowd;
  for (const peer of [sender, ...receivers]) peer.reset();
  const text = target.say("x".repeat(TEXT_BYTES));
  const many = new Uint8Array(text.length * inFlight);
  for (let index = 0; index < inFlight; index++) many.set(text, index * text.length);
  let sent = 0;
  const begun = performance.now();
  await new Promise<void>((resolve) => {
    const goOn = () => {
      const underWay = sent - Math.floor(sender.lines / target.linesPerReturn);
      if (performance.now() - begun >= seconds * 1000) return underWay <= 0 && resolve();
      const room = Math.min(inFlight, inFlight - underWay);
      if (room <= 0) return;
      sent += room;
      sender.write(many.subarray(0, room * text.length));
    };
    sender.onChunk = goOn;
    goOn();
  });
  sender.onChunk = undefined;
  const [watched] = receivers;
  await until(watched!, () => watched!.lines >= sent * target.linesPerText);
  // Every receiver gets the same bytes; what a server says of its own accord, NATS's PING, is shorter than a text.
  for (const peer of receivers) await until(peer, () => peer.bytes > watched!.bytes - TEXT_BYTES);
  return sent * 1000 / (performance.now() - begun);
}

/** Resolves when a peer has come so far. */
function until(peer: CountedPeer, reached: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    peer.onChunk = () => {
      if (!reached()) return;
      peer.onChunk = undefined;
      resolve();
    };
    peer.onChunk();
  });
}
