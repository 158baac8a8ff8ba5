/** What carries the native protocol's lines for a client, whatever it is made of. */

/** What a link tells of itself. */
export interface LinkEvents {
  /** One line came, without its end. */
  line(text: string): void;
  /** The link is gone; told once, also after `close`. */
  closed(): void;
}

/** An open wire to the server. */
export interface Link {
  /** Sends one line; the link adds what ends it. */
  send(line: string): void;
  close(): void;
}

/** Opens a link. Rejects when the server cannot be reached. */
export type OpenLink = (events: LinkEvents) => Promise<Link>;
