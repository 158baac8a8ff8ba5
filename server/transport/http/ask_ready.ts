/** Asks another server whether it takes newcomers. */
import { type ClientRequest, request } from "node:http";
import { isIP } from "node:net";
import { connect as connectTls } from "node:tls";

const ANSWER_BYTES_MAX = 4_096;

/**
 * What `/ready` below an address says; undefined: not within so many milliseconds that newcomers are taken. Whoever signed the
 * certificate does not matter: nothing is told there, and who could answer in its place could keep everybody from it anyway.
 */
export function askReady(address: string, withinMs: number): Promise<unknown> {
  return new Promise((resolve) => {
    const asking = requestTo(new URL("ready", address.endsWith("/") ? address : `${address}/`));
    const timer = setTimeout(() => asking.destroy(), withinMs);
    asking.on("error", () => {});
    asking.on("close", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    asking.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("error", () => {});
      response.on("data", (part) => {
        text += part;
        if (text.length > ANSWER_BYTES_MAX) asking.destroy();
      });
      response.on("end", () => resolve(response.statusCode === 200 ? jsonIn(text) : undefined));
    });
    asking.end();
  });
}

/** Through TLS of our own: Deno's node:https reads the system's certificates even where none is asked for, which takes a right. */
function requestTo(url: URL): ClientRequest {
  if (url.protocol !== "https:") return request(url, { agent: false });
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port || 443);
  return request({
    ...{ host, port, path: url.pathname, headers: { Host: url.host } },
    createConnection: () =>
      connectTls({ host, port, rejectUnauthorized: false, ...(isIP(host) === 0 && { servername: host }) }),
  });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
