/** Somebody with a browser, as far as HTTP goes: asks, keeps cookies, and looks at answers. */
import { assertEquals } from "./assert.ts";
import type { Placeholders } from "./placeholders.ts";

/** One browser's cookies and its last answer. */
export class Browser {
  readonly #root: string;
  #cookie: string | undefined;
  /** Lines of the last answer that nobody has looked at. */
  #answer: { status: number; body: unknown; setCookie: string | null } | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** What a `Cookie` header would say. */
  get cookie(): string | undefined {
    return this.#cookie;
  }

  get isAnswering(): boolean {
    return this.#answer !== undefined;
  }

  /** Asks such as `POST /session {"op":"guest"}`. */
  async asks(request: string): Promise<void> {
    this.isSilent();
    const [, method = "", path = "", body] = /^(\w+) (\S+) ?(.*)$/.exec(request) ?? [];
    const response = await fetch(this.#root + path, {
      method,
      headers: this.#cookie === undefined ? {} : { cookie: this.#cookie },
      ...(body !== "" && body !== undefined && { body }),
    });
    const setCookie = response.headers.get("set-cookie");
    if (setCookie !== null) {
      this.#cookie = setCookie.includes("Max-Age=0") ? undefined : setCookie.split(";")[0];
    }
    this.#answer = { status: response.status, body: await bodyOf(response), setCookie };
  }

  /** Compares with `200 {…}`, with `200 …` where the answer is no JSON, or with `Set-Cookie: …`, where "…" stands for any value. */
  hears(written: string, placeholders: Placeholders): void {
    const answer = this.#answer!;
    const [, cookie] = /^Set-Cookie: (.*)$/.exec(written) ?? [];
    if (cookie !== undefined) {
      // Which port and which session it is for, a page can't know.
      const seen = answer.setCookie?.replace(/_\d+-[0-9a-f]{16}=[^;]*/, "_8080-0123456789abcdef=…");
      assertEquals(seen, cookie);
      answer.setCookie = null;
    } else {
      const [, status, body = ""] = /^(\d+) (.*)$/.exec(written) ?? [];
      assertEquals(answer.status, Number(status), JSON.stringify(answer.body));
      if (typeof answer.body === "string") assertEquals(answer.body, body);
      else placeholders.match(answer.body, JSON.parse(body));
      answer.body = undefined;
    }
    if (answer.setCookie === null && answer.body === undefined) this.#answer = undefined;
  }

  /** Everything of the last answer was looked at. */
  isSilent(): void {
    assertEquals(this.#answer, undefined, "an answer was not looked at");
  }
}

/** JSON as what it says, anything else as text. */
async function bodyOf(response: Response): Promise<unknown> {
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return isJson ? await response.json() : await response.text();
}
