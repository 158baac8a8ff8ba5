/** What a message's text can be made of: a closed set, so that nothing else can be shown, and no link leads elsewhere. */

/** A part of a line. */
export type Inline =
  | { is: "text"; text: string }
  | { is: "break" }
  | { is: "code"; text: string }
  | { is: "em" | "strong" | "del"; parts: readonly Inline[] }
  /** `href` begins with http:, https: or mailto:. */
  | { is: "link"; href: string; title?: string; parts: readonly Inline[] };

/** A part of a text that begins a line. */
export type Block =
  | { is: "paragraph"; parts: readonly Inline[] }
  /** `language` is what stands behind the opening fence; "" for nothing. */
  | { is: "code"; text: string; language: string }
  | { is: "quote"; blocks: readonly Block[] }
  | { is: "list"; ordered: boolean; items: readonly ListItem[] };

/** One item of a list. `number` as it was written, in an ordered one. */
export interface ListItem {
  number?: number;
  blocks: readonly Block[];
}

const SAFE: readonly string[] = ["http:", "https:", "mailto:"];

/** The address, if it is one that a message may link to. */
export function safeHref(href: string): string | undefined {
  const url = URL.parse(href);
  return url && SAFE.includes(url.protocol) ? url.href : undefined;
}

/** A link that shows its own address. */
export function linkOf(href: string, text: string): Inline {
  return { is: "link", href, parts: [{ is: "text", text }] };
}
