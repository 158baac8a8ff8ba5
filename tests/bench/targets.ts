/**
 * The servers as the load generator speaks to them: how one comes in, says something to everybody and makes sure
 * that all before has come. Each is the least that its protocol allows.
 */
import { type Address, CountedPeer, type Unwrap } from "./counted_peer.ts";

/** A server under load. */
export interface Target {
  readonly name: string;
  readonly address: Address;
  /** What turns a TCP connection into one of this server's, before anything is said. */
  open?(peer: CountedPeer): Promise<void>;
  /** Comes in under a nickname and hears what is said from then on. */
  enter(peer: CountedPeer, nickname: string): Promise<void>;
  /** Resolves when everything said to this peer before has come. */
  barrier(peer: CountedPeer): Promise<void>;
  /** The bytes that say a text to everybody. */
  say(text: string): Uint8Array;
  /** Line ends in what a receiver gets for one text. */
  readonly linesPerText: number;
  /** Line ends in what its sender gets back for it: the reply, or its own copy. */
  readonly linesPerReturn: number;
}

/** Opens a connection and comes in. */
export async function enter(target: Target, nickname: string): Promise<CountedPeer> {
  const peer = await CountedPeer.open(target.address);
  await target.open?.(peer);
  await target.enter(peer, nickname);
  return peer;
}

const encoder = new TextEncoder();
const request = (id: number, op: string, fields: object = {}) =>
  encoder.encode(`${JSON.stringify({ id, op, ...fields })}\n`);

/** Switchboard's native protocol over TCP. */
export function switchboardTcp(address: Address): Target {
  return {
    name: "Switchboard, TCP",
    address,
    enter: (peer, nickname) => peer.writeUntil(request(1, "guest", { nickname }), '{"re":1,"ok":true'),
    barrier: (peer) => peer.writeUntil(request(2, "ping"), '{"re":2,"ok":true'),
    say: (text) => request(3, "send", { room: "lobby", text }),
    linesPerText: 1,
    linesPerReturn: 1,
  };
}

/** Switchboard's native protocol over WebSocket. */
export function switchboardWebSocket(url: URL): Target {
  const plain = switchboardTcp({ host: url.hostname, port: Number(url.port) });
  const framed = (peer: CountedPeer) =>
    Object.assign(Object.create(peer) as CountedPeer, {
      writeUntil: (bytes: Uint8Array, words: string) => peer.writeUntil(frame(bytes), words),
    });
  return {
    ...plain,
    name: "Switchboard, WebSocket",
    async open(peer) {
      await peer.writeUntil(
        `GET /ws HTTP/1.1\r\nHost: ${url.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        "\r\n\r\n",
      );
      peer.unwrapWith(unwrapFrames(() => peer.write(PONG)));
    },
    enter: (peer, nickname) => plain.enter(framed(peer), nickname),
    barrier: (peer) => plain.barrier(framed(peer)),
    say: (text) => frame(plain.say(text)),
  };
}

/**
 * NATS (https://docs.nats.io/reference/reference-protocols/nats-protocol): one subject, which the sender hears too,
 * so that it has each text back.
 */
export function nats(address: Address): Target {
  return {
    name: "nats-server",
    address,
    enter: (peer) => peer.writeUntil('CONNECT {"verbose":false}\r\nSUB lobby 1\r\nPING\r\n', "PONG\r\n"),
    barrier: (peer) => peer.writeUntil("PING\r\n", "PONG\r\n"),
    say: (text) => encoder.encode(`PUB lobby ${text.length}\r\n${text}\r\n`),
    linesPerText: 2,
    linesPerReturn: 2,
  };
}

/**
 * A server of IRC (RFC 2812): one channel. Its sender hears nothing of its own, so that each text is followed by a PING:
 * its PONG says that the text has been dealt with.
 */
export function irc(name: string, address: Address, channel = "#bench"): Target {
  return {
    name,
    address,
    async enter(peer, nickname) {
      // Not every server tells of its users, or has a message of the day; what it supports each of them says.
      await peer.writeUntil(`NICK ${nickname}\r\nUSER bench 0 * :bench\r\n`, " 005 ");
      await peer.writeUntil(`JOIN ${channel}\r\n`, ` ${channel} :End of`);
    },
    barrier: (peer) => peer.writeUntil("PING barrier\r\n", "barrier\r\n"),
    say: (text) => encoder.encode(`PRIVMSG ${channel} :${text}\r\nPING x\r\n`),
    linesPerText: 1,
    linesPerReturn: 1,
  };
}

/** A client's text frame (RFC 6455, section 5.2), masked with zeros. */
function frame(content: Uint8Array): Uint8Array {
  const { length } = content;
  const head = length < 126 ? [0x81, 0x80 | length] : [0x81, 0x80 | 126, length >> 8, length & 0xff];
  return new Uint8Array([...head, 0, 0, 0, 0, ...content]);
}

const PING = 0x89;
const PONG = new Uint8Array([0x8a, 0x80, 0, 0, 0, 0]);

/** Passes over the heads of a server's frames, torn or not; its pings are empty, and want an answer. */
function unwrapFrames(onPing: () => void): Unwrap {
  let head: number[] = [];
  let left = 0;
  return (chunk, take) => {
    for (let at = 0; at < chunk.length;) {
      if (left > 0) {
        const content = chunk.subarray(at, at + left);
        left -= content.length;
        at += content.length;
        take(content);
        continue;
      }
      head.push(chunk[at++]!);
      const length = contentLength(head);
      if (length === undefined) continue;
      if (head[0] === PING) onPing();
      left = length;
      head = [];
    }
  };
}

/** The length that a frame's head gives; undefined while the head is not whole. */
function contentLength([, short, ...long]: number[]): number | undefined {
  if (short === undefined || short < 126) return short;
  if (long.length < (short === 126 ? 2 : 8)) return undefined;
  return long.reduce((sum, byte) => sum * 256 + byte, 0);
}
