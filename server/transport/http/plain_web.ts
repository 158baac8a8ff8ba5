/**
 * What speaks plain HTTP where the page is behind TLS: it shows everybody the page's address and lets in nobody but
 * the old programs' pages, which know no TLS and carry no cookie. Others hand their connections on to it (relay.ts).
 */
import { createServer, type Server } from "node:http";
import { html } from "hono/html";
import { LIMITS } from "../../core/shared/limits.ts";
import { acceptWebSockets, type WebSocketOptions } from "../websocket.ts";

/** What it is made with. */
interface PlainWebOptions extends WebSocketOptions {
  /** The page's address, with TLS. */
  pageUrl(): string;
}

/** Makes it, for the caller to listen with; and gives what ends the keep-alive. */
export function createPlainWeb(options: PlainWebOptions): { server: Server; endPings: () => void } {
  const { httpHeadersMs, httpRequestMs } = options.limits;
  const server = createServer({
    headersTimeout: httpHeadersMs,
    requestTimeout: httpRequestMs,
    connectionsCheckingInterval: httpHeadersMs / 4,
  }, (request, response) => {
    request.resume();
    const url = pageFor(request.headers.host, options.pageUrl());
    response.writeHead(400, { "Content-Type": "text/html; charset=utf-8", Connection: "close" });
    response.end(String(html`
      <!doctype html>
      <title>Switchboard</title>
      <p>This port speaks HTTPS only: <a href="${url}">${url}</a></p>
    `));
  });
  server.maxConnections = LIMITS.httpConnectionsMax;
  const paths = Array.from(options.paths).filter(([, spoken]) => spoken.every((each) => each.foreignPages));
  const elsewhere = ["400 Bad Request", "This port speaks TLS only: use wss"] as const;
  const endPings = acceptWebSockets(server, { ...options, paths: new Map(paths), elsewhere });
  return { server, endPings };
}

/** The page under the name by which somebody came, where that is one. */
function pageFor(host: string | undefined, pageUrl: string): string {
  const url = `https://${host}/`;
  return host !== undefined && URL.canParse(url) && new URL(url).host === host.toLowerCase() ? url : pageUrl;
}
