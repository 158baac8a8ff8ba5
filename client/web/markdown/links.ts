/** Where a message may lead. */
import type { Inline } from "./markup.ts";

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
