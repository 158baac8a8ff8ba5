/**
 * Serves the admin API: HTTP on a port of this machine only, for whoever can read the key that lies in the data folder. No page and no
 * peer gets in: without the key everything is refused.
 */
import { timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { asFault } from "../core/shared/faults.ts";
import { type AdminApi, readAdminCommand } from "../protocol/admin_api.ts";
import { listenOn } from "./listening.ts";

/** One that is listening. */
interface AdminServer {
  readonly port: number;
  close(): void;
}

const HOST = "127.0.0.1";

/** Listens on a port that the system picks. */
export async function startAdminServer(api: AdminApi, key: string): Promise<AdminServer> {
  const app = new Hono();
  const expected = encode(`Bearer ${key}`);
  app.use(async (c, next) => {
    const given = encode(c.req.header("Authorization") ?? "");
    if (given.length === expected.length && timingSafeEqual(given, expected)) return await next();
    return c.json(
      { ok: false, error: { code: "bad_token", message: "Cannot do this without the key" } },
      401,
    );
  });
  app.post("/ask", async (c) => {
    const body: unknown = await c.req.json().catch(() => null);
    return c.json({ ok: true, ...await api.ask(readAdminCommand(body)) });
  });
  app.onError((error, c) => {
    const { code, message } = asFault(error);
    return c.json({ ok: false, error: { code, message } }, 400);
  });
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  const { port } = await listenOn(server, HOST, 0);
  return {
    port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
