/**
 * What those ask who run the server: whether it lives, whether it takes newcomers, and its figures. On the page's port,
 * and on one of its own that stays open until the very end.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { type Context, type Env, Hono, type MiddlewareHandler } from "hono";
import type { Fault } from "../../core/shared/faults.ts";
import type { Hosts } from "./site.ts";
import { fail } from "./http_request.ts";

/** Where the answers come from. */
export interface OperationsOptions {
  version: string;
  /** Why no newcomers are taken; undefined: they are. */
  notReady(): Promise<Fault | undefined>;
  /** What is said of one that takes them, where it is a node of a cluster. */
  ready?: (() => Readonly<Record<string, unknown>>) | undefined;
}

/** Who may see the figures, and what they are. */
export interface FiguresOptions {
  /** Whoever asks has to know it; undefined: anybody who can reach the port may ask. */
  token: string | undefined;
  read(): Promise<{ type: string; text: string }>;
}

/** Adds `/health` and `/ready`. */
export function addOperations<E extends Env>(
  app: Hono<E>,
  { version, notReady, ready }: OperationsOptions,
): void {
  app.get("/health", (c) => c.json({ ok: true, version }));
  app.get("/ready", async (c) => {
    const fault = await notReady();
    return fault ? fail(c, fault) : c.json({ ok: true, ...ready?.() });
  });
}

/** Adds `/metrics`. */
export function addFigures<E extends Env>(app: Hono<E>, { token, read }: FiguresOptions): void {
  app.get("/metrics", async (c) => {
    if (token !== undefined && !knows(c, token)) {
      c.header("WWW-Authenticate", "Bearer");
      return c.text("This needs the token of --metrics-token.\n", 401);
    }
    const { type, text } = await read();
    return c.body(text, 200, { "Content-Type": type, "Cache-Control": "no-store" });
  });
}

/** Builds a server that answers nothing else; the caller listens. */
export function createOperationsServer(
  options: OperationsOptions & { figures: FiguresOptions; hosts: Hosts },
): Server {
  const app = new Hono();
  app.use(onlyFor((host) => options.hosts.refuses(host)));
  addOperations(app, options);
  addFigures(app, options.figures);
  return createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false, createServer }) as Server;
}

/** Answers nothing that is for another host. `refuses`: why a `Host` is one. */
export function onlyFor(refuses: (host: string | undefined) => string | undefined): MiddlewareHandler {
  return async (c, next) => {
    const why = refuses(c.req.header("host"));
    if (why === undefined) return await next();
    return c.json({ ok: false, error: { code: "bad_request", message: `Cannot answer: ${why}` } }, 421);
  };
}

function knows(c: Context, token: string): boolean {
  const said = /^Bearer\s+(\S+)$/i.exec(c.req.header("Authorization") ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(said), digest(token));
}

function digest(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}
