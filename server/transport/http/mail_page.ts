/** What is shown to whoever follows the link in a letter that ends such letters: nobody has to sign in for it. */
import { createHash } from "node:crypto";
import type { Context } from "hono";
import { html } from "hono/html";
import { languageOf } from "./readable_fault.ts";

const STYLE =
  "body{margin:20vh auto 0;max-width:32rem;padding:0 24px;font:17px/1.5 system-ui,sans-serif}h1{font-size:24px}button{font:inherit;padding:8px 16px}";
const POLICY = `default-src 'none'; form-action 'self'; style-src 'sha256-${
  createHash("sha256").update(STYLE).digest("base64")
}'; frame-ancestors 'none'`;

const WORDS = {
  en: {
    ask: "Letters about what you have missed",
    button: "Send none any more",
    done: "You get no such letters any more.",
  },
  "zh-CN": { ask: "未读消息的邮件", button: "不再发送", done: "以后不会再收到这类邮件。" },
};

/** The question, or that it is done. */
export function mailPage(c: Context, which: "ask" | "done", token = ""): Response | Promise<Response> {
  const language = languageOf(c.req.header("Accept-Language") ?? "");
  const words = WORDS[language];
  const form = html`
    <form method="post" action="?token=${encodeURIComponent(token)}"><button>${words.button}</button></form>
  `;
  c.header("Cache-Control", "no-store");
  c.header("Referrer-Policy", "no-referrer");
  c.header("Content-Security-Policy", POLICY);
  return c.html(html`
    <!doctype html>
    <html lang="${language}">
      <meta name="viewport" content="width=device-width">
      <meta name="color-scheme" content="light dark">
      <title>${words[which]}</title>
      <style>${STYLE}</style>
      <h1>${words[which]}</h1>
      ${which === "ask" ? form : ""}
  `);
}
