/**
 * What a browser says that has come to the port of the chat programs. It gets a page that shows the way to the right one, and that
 * is the whole conversation.
 */
import { asksForPage } from "../../http_detection.ts";
import type { Dialect, PeerCodec, Surroundings } from "../../dialect.ts";

/** Makes the dialect. */
export function createBrowser({ pageUrl }: Surroundings): Dialect {
  return {
    name: "browser",
    joins: true,
    detect: asksForPage,
    // It gets its page and nothing else, so no event is anything to it.
    encode: () => undefined,
    codec: () => new Codec(pageUrl()),
  };
}

class Codec implements PeerCodec {
  #asked = false;

  constructor(readonly url: string) {}

  *receive(): ReturnType<PeerCodec["receive"]> {
    if (this.#asked) return;
    this.#asked = true;
    yield { tag: undefined, command: { op: "ping" } };
  }

  answer(): ReturnType<PeerCodec["answer"]> {
    return { words: response(page(this.url)), end: true };
  }
}

function page(url: string): string {
  const shown = url.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Switchboard</title>
<h1>Switchboard</h1>
<p>This port is for chat programs. The page for browsers is at <a href="${shown}">${shown}</a>.</p>
</html>
`;
}

function response(body: string): string {
  return [
    "HTTP/1.1 200 OK",
    "Content-Type: text/html; charset=utf-8",
    `Content-Length: ${new TextEncoder().encode(body).length}`,
    "Content-Security-Policy: default-src 'none'",
    "X-Content-Type-Options: nosniff",
    "Cache-Control: no-store",
    "Connection: close",
    "",
    body,
  ].join("\r\n");
}
