/**
 * How fast one sender reaches everybody. A text is in flight until the receiver that came last has it; the sender
 * keeps a number of them in flight and says the next as soon as there is room.
 */
import type { CountedPeer } from "./counted_peer.ts";
import { enter, type Target } from "./targets.ts";

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
  for (let index = 0; index < receivers; index++) crowd.push(await enter(target, `receiver${index}`));
  for (const peer of [sender, ...crowd]) await target.barrier(peer);
  crowd.at(-1)!.countsLines = true;
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
  for (const peer of receivers) peer.reset();
  const watched = receivers.at(-1)!;
  const one = target.say("x".repeat(TEXT_BYTES));
  const many = new Uint8Array(one.length * inFlight);
  for (let index = 0; index < inFlight; index++) many.set(one, index * one.length);
  let sent = 0;
  const begun = performance.now();
  await new Promise<void>((resolve) => {
    const goOn = () => {
      const underWay = sent - Math.floor(watched.lines / target.linesPerText);
      if (performance.now() - begun >= seconds * 1000) return underWay <= 0 && resolve();
      const room = Math.min(inFlight, inFlight - underWay);
      if (room <= 0) return;
      sent += room;
      sender.write(many.subarray(0, room * one.length));
    };
    watched.onChunk = goOn;
    goOn();
  });
  watched.onChunk = undefined;
  await Promise.all(receivers.map((peer) => hasReceived(peer, watched.bytes)));
  return sent * 1000 / (performance.now() - begun);
}

/**
 * Every receiver gets the same bytes, so who has as many as another has every text; what a server says of its own
 * accord, such as NATS's PING, is shorter than a text.
 */
function hasReceived(peer: CountedPeer, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    peer.onChunk = () => {
      if (peer.bytes <= bytes - TEXT_BYTES) return;
      peer.onChunk = undefined;
      resolve();
    };
    peer.onChunk();
  });
}
