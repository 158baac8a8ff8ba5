/**
 * The HTTP side: the page, health, and signing in for browsers. What it is asked goes through the same dispatcher
 * as everything else; the token comes as a cookie that no script can read.
 */
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import { createAdaptorServer } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { secureHeaders } from "hono/secure-headers";
import type { Core } from "../../core/core.ts";
import type { SignedIn } from "../../core/shared/commands.ts";
import { asFault, Fault } from "../../core/shared/faults.ts";
import { LIMITS } from "../../core/shared/limits.ts";
import { lifeOf, livingToken, tokenOf } from "../../core/sessions/tokens.ts";
import type { Request as Asked } from "../../protocol/dialect.ts";
import type { Dispatcher } from "../../protocol/dispatcher.ts";
import { readBody } from "./body.ts";
import { addAccount } from "./account_routes.ts";
import { addDeposits } from "./deposit_routes.ts";
import { addFiles } from "./file_routes.ts";
import type { ClientAddresses } from "./client_address.ts";
import { callerOf, type Env, fail, HttpAsker } from "./http_request.ts";
import {
  addFigures,
  addOperations,
  type FiguresOptions,
  onlyFor,
  type OperationsOptions,
} from "./monitoring_routes.ts";
import type { HttpConnections } from "./http_connections.ts";
import { isNavigation, readableFault } from "./readable_fault.ts";
import { addPage, caching } from "./page_files.ts";
import { beginsTls, TLS_ALERT, TLS_SETTINGS, type TlsPair } from "../tls_guard.ts";
import { sessionOfToken, type Site } from "./site.ts";
import type { WireLimits } from "../wire_limits.ts";

/** What the HTTP side is given. */
interface HttpOptions {
  core: Core;
  dispatcher: Dispatcher;
  /** The folder with the page. */
  pages: string;
  operations: OperationsOptions;
  /** The figures, where they are shown on the page's port too. */
  figures?: FiguresOptions;
  limits: WireLimits;
  connections: HttpConnections;
  clients: ClientAddresses;
  /** With it nobody is let in who does not speak TLS. */
  tls?: TlsPair;
  /** Whether browsers are to come with TLS only from now on. */
  hsts: boolean;
  site: Site;
  /** Told what went wrong that is no fault of the client's, for the log. */
  onError: (fault: Fault) => void;
}

/** What may be asked over HTTP: what one does before there is a connection. */
const ASKABLE = new Set([
  "account.email.confirm",
  "entry",
  "invitation",
  "register",
  "password.reset",
  "password.confirm",
  "password.change",
]);
const SIGN_IN = new Set(["login", "guest"]);

/** A year, for this very name. */
const HSTS = "max-age=31536000";

/** The methods of every address that is no file. */
const METHODS = {
  "/health": "GET, HEAD",
  "/ready": "GET, HEAD",
  "/session": "GET, HEAD, POST, DELETE",
  "/ask": "POST",
  "/files": "OPTIONS, POST",
};

/** Builds the HTTP server; the caller listens, and guards a server with TLS (see tls_guard.ts). */
export function createHttpServer(options: HttpOptions): Server {
  const { limits, tls, connections } = options;
  const { httpHeadersMs, httpRequestMs } = limits;
  const server = createAdaptorServer({
    fetch: createApp(options).fetch,
    overrideGlobalObjects: false,
    ...(tls ? { createServer: createTlsServer } : { createServer }),
    serverOptions: {
      headersTimeout: httpHeadersMs,
      requestTimeout: httpRequestMs,
      // How late these two may be noticed; by default half a minute.
      connectionsCheckingInterval: httpHeadersMs / 4,
      keepAliveTimeout: LIMITS.httpIdleMs,
      ...(tls && { ...TLS_SETTINGS, ...tls }),
    },
  }) as Server;
  server.maxHeadersCount = 100;
  // A connection on which nothing moves any more, as when somebody stops reading a file.
  server.timeout = httpRequestMs;
  connections.watch(server, tls ? "secureConnection" : "connection");
  server.on("clientError", answerMalformed);
  return server;
}

/** What is no HTTP: TLS on a plain port is told so in its own way. */
function answerMalformed(error: Error & { code?: string; rawPacket?: Uint8Array }, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  if (error.rawPacket && beginsTls(error.rawPacket)) {
    return void socket.end(TLS_ALERT, () => socket.destroy());
  }
  const status = MALFORMED[error.code ?? ""] ?? "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => socket.destroy());
}

const MALFORMED: Record<string, string> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** The routes, without a port. */
function createApp(options: HttpOptions): Hono<Env> {
  const app = new Hono<Env>();
  app.use(onlyFor((host) => options.site.misses({ host })));
  app.use(async (c, next) => {
    c.set("address", options.clients.of(c.env.incoming));
    c.set("secure", options.clients.isSecure(c.env.incoming));
    c.set("cookieToken", options.site.credential(c.req.header(), c.req.query("session")));
    const { credential } = callerOf(c);
    if (credential !== undefined && livingToken(options.core, credential)) {
      options.connections.know(c.env.incoming.socket);
    }
    await next();
  });
  app.use(secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:", "blob:"],
      mediaSrc: ["'self'"],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      manifestSrc: ["'self'"],
      fontSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: "DENY",
    strictTransportSecurity: options.hsts && HSTS,
    // Files and the worker bring stricter policies of their own.
    overwrite: false,
  }));
  for (const path of Object.keys(METHODS)) app.use(path, caching("no-store"));
  addOperations(app, options.operations);
  if (options.figures) addFigures(app, options.figures);
  addSession(app, options);
  addDeposits(app, options);
  addFiles(app, options);
  addAccount(app, options);
  for (const [path, allowed] of Object.entries(METHODS)) {
    app.all(path, (c) => {
      const message = `Cannot ${c.req.method} ${path}: it takes ${allowed}`;
      return c.json({ ok: false, error: { code: "bad_request", message } }, 405, { Allow: allowed });
    });
  }
  addPage(app, options.pages);
  app.notFound((c) => {
    if (isNavigation(c)) return readableFault(c, { code: "unknown_op" });
    return c.json(
      { ok: false, error: { code: "unknown_op", message: "There is nothing at this address." } },
      404,
    );
  });
  app.onError((error, c) => {
    const fault = asFault(error);
    // Whoever has gone away in the middle is no fault of anybody's.
    const { destroyed, complete } = c.env.incoming;
    const isGone = !complete && (destroyed || (error as { code?: string }).code === "ECONNRESET");
    if (fault.code === "internal" && !(error instanceof Fault) && !isGone) options.onError(fault);
    return fail(c, fault);
  });
  return app;
}

function addSession(app: Hono<Env>, { core, dispatcher, site }: HttpOptions): void {
  app.on(["POST", "DELETE"], ["/session", "/ask"], async (c, next) => {
    const why = site.refuses(c.req.header());
    if (why === undefined) return await next();
    return c.json({ ok: false, error: { code: "bad_request", message: `Cannot do this: ${why}` } }, 403);
  });
  /** Gives a token to the browser, for as long as it lasts from now. */
  const keep = (c: Context<Env>, token: string, guest: boolean) => {
    const session = sessionOfToken(core, token);
    setCookie(c, site.cookieName(c.req.header(), session), token, {
      httpOnly: true,
      sameSite: "Strict",
      path: "/",
      maxAge: lifeOf({ guest }) / 1000,
      secure: c.get("secure") || site.isPublicTls(c.req.header()),
    });
    return session;
  };
  app.get("/session", (c) => {
    const token = c.get("cookieToken");
    try {
      const { nickname, guest } = tokenOf(core, token);
      return c.json({ ok: true, nickname, guest, session: keep(c, token!, guest) });
    } catch (error) {
      return fail(c, asFault(error));
    }
  });
  app.post("/session", async (c) => {
    const request = await readBody(c.req.raw, SIGN_IN);
    const offline = { ...request, command: { ...request.command, offline: true } } as Asked;
    const asker = new HttpAsker(dispatcher, callerOf(c));
    const { nickname, token, failed, reset_link } = await asker.ask(offline.command) as SignedIn;
    const session = keep(c, token, request.command.op === "guest");
    for (const name of site.superfluous(c.req.header())) deleteCookie(c, name, { path: "/" });
    const warnings = { ...(failed && { failed }), ...(reset_link && { reset_link }) };
    return c.json({ ok: true, nickname, session, ...warnings });
  });
  app.delete("/session", async (c) => {
    const token = c.get("cookieToken");
    if (token !== undefined) {
      deleteCookie(c, site.cookieName(c.req.header(), sessionOfToken(core, token)), { path: "/" });
    }
    await new HttpAsker(dispatcher, callerOf(c)).ask({ op: "logout" }).catch((error) => {
      // There is nothing to give back, then.
      if (!(error instanceof Fault && (error.code === "bad_token" || error.code === "not_signed_in"))) {
        throw error;
      }
    });
    return c.json({ ok: true });
  });
  app.post("/ask", async (c) => {
    const request = await readBody(c.req.raw, ASKABLE);
    return c.json({
      ok: true,
      ...(await new HttpAsker(dispatcher, callerOf(c)).ask(request.command) as object),
    });
  });
}
