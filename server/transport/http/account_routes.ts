/** What accounts show and own, over HTTP: the pictures of people. */
import type { Hono } from "hono";
import type { Core } from "../../core/core.ts";
import { tokenOf } from "../../core/sessions/tokens.ts";
import { Fault } from "../../core/shared/faults.ts";
import { callerOf, type Env, sameTag } from "./http_request.ts";

/** Adds `/avatars/:id` to an app. */
export function addAccount(app: Hono<Env>, { core }: { core: Core }): void {
  app.get("/avatars/:id", (c) => {
    tokenOf(core, callerOf(c).credential);
    const id = c.req.param("id");
    const avatar = core.store.people.avatar(id);
    if (!avatar) throw new Fault("unknown_file", "Cannot send this picture: nobody shows it any more");
    // Another picture has another name, so a browser may keep this one; others on the way may not.
    c.header("Cache-Control", "private, max-age=31536000, immutable");
    c.header("ETag", `"${id}"`);
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Content-Security-Policy", "default-src 'none'; sandbox");
    if (sameTag(c.req.header("If-None-Match"), `"${id}"`)) return c.body(null, 304);
    c.header("Content-Type", avatar.type);
    return c.body(Uint8Array.fromBase64(avatar.data));
  });
}
