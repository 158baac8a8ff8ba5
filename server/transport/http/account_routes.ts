/** What accounts show and own, over HTTP: the pictures of people, and everything of one's own in one file. */
import { downloadZip } from "client-zip";
import type { Context, Hono } from "hono";
import type { Core } from "../../core/core.ts";
import { tokenOf } from "../../core/sessions/tokens.ts";
import type { Answer, OwnFile } from "../../core/shared/commands.ts";
import { Fault } from "../../core/shared/faults.ts";
import { LIMITS } from "../../core/shared/limits.ts";
import { nameOn } from "../../core/shared/received_names.ts";
import type { Dispatcher } from "../../protocol/dispatcher.ts";
import { bytesFor, disposition, isOver, whenOver } from "./file_routes.ts";
import { mailPage } from "./mail_page.ts";
import { callerOf, type Env, HttpAsker, sameTag } from "./http_request.ts";

/** Adds `/avatars/:id`, `/account/export` and `/mail/stop` to an app. */
export function addAccount(
  app: Hono<Env>,
  { core, dispatcher }: { core: Core; dispatcher: Dispatcher },
): void {
  app.get("/avatars/:id", (c) => {
    // Whoever knows its name may see it, which only those are told who are signed in: programs of IRC have no session over HTTP.
    const id = c.req.param("id");
    const avatar = core.store.people.avatar(id);
    if (!avatar) throw new Fault("unknown_file", "Cannot send this picture: nobody shows it any more");
    // Another picture has another name, so a browser may keep this one; others on the way may not.
    c.header("Cache-Control", "private, max-age=31536000, immutable");
    c.header("ETag", `"${id}"`);
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Content-Security-Policy", "default-src 'none'; sandbox");
    // Pages with a client of IRC in them show it, too.
    c.header("Cross-Origin-Resource-Policy", "cross-origin");
    if (sameTag(c.req.header("If-None-Match"), `"${id}"`)) return c.body(null, 304);
    c.header("Content-Type", avatar.type);
    return c.body(Uint8Array.fromBase64(avatar.data));
  });
  // Looking at the address ends nothing: programs look at the links in letters.
  app.get("/mail/stop", (c) => mailPage(c, "ask", c.req.query("token") ?? ""));
  app.post("/mail/stop", async (c) => {
    const asker = new HttpAsker(dispatcher, { address: c.get("address") });
    await asker.ask<"missed.stop">({ op: "missed.stop", token: c.req.query("token") ?? "" });
    return mailPage(c, "done");
  });
  const underWay = new Set<string>();
  app.get("/account/export", async (c) => {
    const caller = callerOf(c);
    const { person } = tokenOf(core, caller.credential);
    const asker = new HttpAsker(dispatcher, caller);
    const { account } = await asker.ask<"export">({ op: "export", part: "account" });
    c.header("Content-Type", "application/zip");
    c.header("Content-Disposition", disposition(`switchboard-${account!.nickname}.zip`, "attachment"));
    c.header("Cache-Control", "no-store");
    if (c.req.method === "HEAD") return c.body(null);
    begin(underWay, person);
    whenOver(c, () => underWay.delete(person));
    return new Response(downloadZip(everything(c, asker, account!), { buffersAreUTF8: true }).body, c.res);
  });
}

/** Each takes a place of its own on the disk's time, so few are made at once, and one for a person. @throws busy */
function begin(underWay: Set<string>, person: string): void {
  const { exportsAtOnceMax } = LIMITS;
  if (underWay.has(person) || underWay.size >= exportsAtOnceMax) {
    throw new Fault("busy", "Cannot export now: this is being made already, for you or for others", {
      retryAfterMs: 30_000,
    });
  }
  underWay.add(person);
}

const encoder = new TextEncoder();

/** The files of the zip, each made while it is sent. */
async function* everything(c: Context<Env>, asker: HttpAsker, account: Record<string, unknown>) {
  yield { name: "account.json", input: `${JSON.stringify(account, null, 2)}\n` };
  yield { name: "messages.json", input: ReadableStream.from(messagesAsJson(c, asker)) };
  for await (const file of filesOf(c, asker)) {
    const asked = { op: "export", part: "file", after: file.id } as const;
    const { stream } = await asker.askForBytes<"export">(asked, true).catch(() => nothing);
    // Taken back since.
    if (!stream) continue;
    yield { name: placeOf(file), input: ReadableStream.from(bytesFor(c, stream, 0, file.size)) };
  }
}

const nothing = { stream: undefined };

/** In a folder of its own, so that no two are in each other's way. */
function placeOf({ id, name, folder }: OwnFile): string {
  const path = [...folder === undefined ? [] : [folder], ...name.split("/")];
  return ["files", id, ...path.map((each) => nameOn("any", each))].join("/");
}

/** A list of messages, one a line. */
async function* messagesAsJson(c: Context<Env>, asker: HttpAsker): AsyncGenerator<Uint8Array> {
  let separator = "[\n";
  for await (const { messages = [] } of pagesOf(c, asker, "messages")) {
    if (messages.length === 0) continue;
    yield encoder.encode(separator + messages.map((each) => JSON.stringify(each)).join(",\n"));
    separator = ",\n";
  }
  yield encoder.encode(separator === "[\n" ? "[]\n" : "\n]\n");
}

async function* filesOf(c: Context<Env>, asker: HttpAsker): AsyncGenerator<OwnFile> {
  for await (const { files = [] } of pagesOf(c, asker, "files")) yield* files;
}

async function* pagesOf(
  c: Context<Env>,
  asker: HttpAsker,
  part: "messages" | "files",
): AsyncGenerator<Answer<"export">> {
  let after: string | null = null;
  do {
    if (isOver(c)) throw new Fault("shutting_down", "Cannot go on: whoever asked is gone");
    const asked = { op: "export", part, ...(after !== null && { after }) } as const;
    const page: Answer<"export"> = await asker.ask<"export">(asked, true);
    yield page;
    after = page.next;
  } while (after !== null);
}
