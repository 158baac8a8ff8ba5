/**
 * Uploads of programs that post a file first and say afterwards where it belongs, as IRC clients do (soju.im/FILEHOST): one POST with
 * the account's name and password, which is answered with the file's address. No cookie counts here, so pages of others may come too.
 */
import { Buffer, isUtf8 } from "node:buffer";
import { parse } from "content-disposition";
import type { Context, Hono } from "hono";
import { nearestFileName } from "../../core/shared/file_names.ts";
import type { Dispatcher } from "../../protocol/dispatcher.ts";
import { receive } from "./body.ts";
import { credentialsIn, type Env, HttpAsker } from "./http_request.ts";
import type { Site } from "./site.ts";

/** Adds `/files` to an app. */
export function addDeposits(
  app: Hono<Env>,
  { dispatcher, site }: { dispatcher: Dispatcher; site: Site },
): void {
  app.use("/files", async (c, next) => {
    const why = site.refusesGuest(c.req.header());
    if (why !== undefined) return refuse(c, 403, "bad_request", `Cannot do this: ${why}`);
    allowPages(c);
    await next();
    if (c.res.status === 401) c.header("WWW-Authenticate", 'Basic realm="Switchboard", charset="UTF-8"');
  });
  app.options("/files", (c) => {
    c.header("Allow", "OPTIONS, POST");
    c.header("Accept-Post", "*/*");
    return c.body(null, 204);
  });
  app.post("/files", async (c) => {
    const credentials = credentialsIn(c);
    if (!credentials) {
      return refuse(c, 401, "not_signed_in", "Cannot upload: send an account's name and password");
    }
    if (/^multipart\//i.test(c.req.header("Content-Type") ?? "")) {
      c.header("Accept-Post", "*/*");
      return refuse(c, 415, "bad_request", "Cannot upload a form: send the bytes of the file by themselves");
    }
    const size = c.req.header("Content-Length");
    if (size === undefined) return refuse(c, 411, "bad_request", 'Cannot upload: say the "Content-Length"');
    const client = c.req.header("User-Agent");
    const asker = new HttpAsker(dispatcher, {
      address: c.get("address"),
      ...(client !== undefined && { client }),
    });
    try {
      const asked = { ...credentials, name: nameIn(c), size: Number(size) };
      const { file } = await asker.ask<"deposit">({ op: "deposit", ...asked });
      let offset = 0;
      await receive(c.env.incoming, async (data) => {
        ({ offset } = await asker.ask<"chunk">({ op: "chunk", file, offset, data }));
      });
      const { md5 } = await asker.ask<"deposit.finish">({ op: "deposit.finish", file });
      // Beside the address that it was sent to, wherever a proxy has that.
      c.header("Location", `files/${file}`);
      return c.json({ ok: true, file, md5 }, 201);
    } finally {
      asker.done();
    }
  });
}

/** Lets pages of the origins that may come read the answers. */
function allowPages(c: Context<Env>): void {
  const origin = c.req.header("Origin");
  c.header("Vary", "Origin");
  if (origin === undefined) return;
  c.header("Access-Control-Allow-Origin", origin);
  c.header("Access-Control-Allow-Credentials", "true");
  c.header("Access-Control-Allow-Methods", "OPTIONS, POST");
  c.header("Access-Control-Allow-Headers", "Authorization, Content-Type, Content-Disposition");
  c.header("Access-Control-Expose-Headers", "Location");
}

/** What the file is called, as near as a file may be; whoever sends it can't be asked for another name. */
function nameIn(c: Context<Env>): string {
  const { filename = "" } = parse(asText(c.req.header("Content-Disposition") ?? "")).parameters;
  return filename === "" ? "file" : nearestFileName(filename.slice(filename.lastIndexOf("/") + 1));
}

/** A header's bytes come as Latin-1; what curl takes from a terminal is UTF-8. */
function asText(header: string): string {
  const bytes = Buffer.from(header, "latin1");
  return isUtf8(bytes) ? bytes.toString() : header;
}

function refuse(c: Context<Env>, status: 401 | 403 | 411 | 415, code: string, message: string): Response {
  return c.json({ ok: false, error: { code, message } }, status);
}
