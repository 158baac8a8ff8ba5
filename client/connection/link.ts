/** What carries the native protocol's lines for a client, whatever it is made of. */

/** What a link tells of itself. */
export interface LinkEvents {
  /** One line came, without its end. Gives how many raw bytes belong to it. */
  line(text: string): number;
  /** The raw bytes of the last line came. */
  raw(bytes: Uint8Array): void;
  /** The link is gone; told once, also after `close`. `why`: in words, where it is known. */
  closed(why?: string): void;
}

/** An open wire to the server. */
export interface Link {
  /** Sends one line, and the raw bytes that belong to it; the link adds what ends the line. */
  send(line: string, raw?: Uint8Array): void;
  /** Bytes of that which the network has not taken yet. */
  readonly unsent: number;
  close(): void;
}

/** Opens a link. Rejects when the server cannot be reached. */
export type OpenLink = (events: LinkEvents) => Promise<Link>;
