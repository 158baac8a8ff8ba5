/**
 * What a browser is shown where a program would get a fault as JSON: somebody has followed a link and reads what
 * comes. In English or Chinese, as the page is; nothing of the request is in it.
 */
import { createHash } from "node:crypto";
import type { Context } from "hono";
import { html } from "hono/html";
import type { Fault, FaultCode } from "../../core/shared/faults.ts";
import { type Env, statusOf } from "./http_request.ts";

const STYLE =
  "body{margin:20vh auto 0;max-width:32rem;padding:0 24px;font:17px/1.5 system-ui,sans-serif}h1{font-size:24px}";
const POLICY = `default-src 'none'; style-src 'sha256-${
  createHash("sha256").update(STYLE).digest("base64")
}'; frame-ancestors 'none'`;

/** What went wrong with a file or an address, for people; `other`: anything else. */
interface Words {
  title: string;
  why: Partial<Record<FaultCode, string>>;
  other: string;
  way: string;
}

const WORDS: Record<"en" | "zh-CN", Words> = {
  en: {
    title: "This can't be shown",
    why: {
      unknown_file: "There is no such file, it was deleted, or it was not sent to you.",
      not_accepted: "This file was offered to you. Accept it in the chat first.",
      file_gone: "This file is no longer there.",
      unknown_op: "There is nothing at this address.",
      rate_limited: "That was a little fast. Try again in a moment.",
      busy: "The server is busy. Try again in a moment.",
      shutting_down: "The server is stopping. It will be back soon.",
    },
    other: "The server could not send it. Try again in a moment.",
    way: "To the chat",
  },
  "zh-CN": {
    title: "无法显示",
    why: {
      unknown_file: "没有这个文件，或者它已被删除，或者没有发给你。",
      not_accepted: "这个文件等你接收，请先在聊天中接收。",
      file_gone: "这个文件已经不在了。",
      unknown_op: "这个地址没有内容。",
      rate_limited: "操作太快了，请稍后再试。",
      busy: "服务器繁忙，请稍后再试。",
      shutting_down: "服务器正在停止，很快恢复。",
    },
    other: "服务器没能发送，请稍后再试。",
    way: "回到聊天",
  },
};

/** Whether a person looks at what comes, rather than a program or a part of a page. */
export function isNavigation(c: Context<Env>): boolean {
  const dest = c.req.header("Sec-Fetch-Dest");
  return dest === undefined ? /\btext\/html\b/.test(c.req.header("Accept") ?? "") : dest === "document";
}

/** A fault as a page of its own. `chat`: where the chat is. */
export function readableFault(
  c: Context<Env>,
  { code }: Pick<Fault, "code">,
  chat = "/",
): Response | Promise<Response> {
  const language = languageOf(c.req.header("Accept-Language") ?? "");
  const { title, why, other, way } = WORDS[language];
  c.header("Cache-Control", "no-store");
  c.header("Content-Security-Policy", POLICY);
  return c.html(
    html`
      <!doctype html>
      <html lang="${language}">
        <meta name="viewport" content="width=device-width">
        <meta name="color-scheme" content="light dark">
        <title>${title}</title>
        <style>${STYLE}</style>
        <h1>${title}</h1>
        <p>${why[code] ?? other}</p>
        <p><a href="${chat}">${way}</a></p>
    `,
    statusOf(code),
  );
}

/** The first language of a browser's list that there are words in. */
export function languageOf(accepted: string): keyof typeof WORDS {
  for (const tag of accepted.toLowerCase().split(",")) {
    if (/^\s*zh\b/.test(tag)) return "zh-CN";
    if (/^\s*en\b/.test(tag)) return "en";
  }
  return "en";
}
