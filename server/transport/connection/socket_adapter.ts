/** What carries a connection's bytes: a TCP socket (tcp.ts) or a WebSocket (websocket.ts). */
export interface SocketAdapter {
  /**
   * Hands bytes to the system, words or raw ones; `done` once it has taken them. Never called while one is under
   * way. `more`: the next bytes go on with the same message, where there are messages.
   */
  write(bytes: Uint8Array, raw: boolean, done: () => void, more: boolean): void;
  /** Stops reading, or goes on. */
  pause(): void;
  resume(): void;
  /** Ends in good order. */
  close(): void;
  /** Ends at once, giving up what was not sent. */
  destroy(): void;
}
