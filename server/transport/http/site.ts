/**
 * The names under which a server answers. Anybody can have a name of their own lead to this machine; to a browser the page
 * of that name is then this server's own, and only `Host` tells (DNS rebinding). Where only this machine gets in that matters
 * most, because there nothing else keeps others' pages out.
 */
import { quote } from "../../core/shared/faults.ts";
import { isLoopback } from "../../protocol/network.ts";
import { parse } from "hono/utils/cookie";
import type { Core } from "../../core/core.ts";
import { sessionIdOf } from "../../core/sessions/own_sessions.ts";
import { livingToken } from "../../core/sessions/tokens.ts";
import type { StoredToken } from "../../core/store/store.ts";

/** What {@link Hosts} are made with. */
interface HostsOptions {
  /** The address listened on. */
  listensOn: string;
  /** Where people come to the page, as far as that was said. */
  urls: readonly (string | undefined)[];
  /** Further names; where there are any, no others count beyond this machine either. */
  named: readonly string[];
  /** Told of each request that is refused. */
  onRefused(host: string): void;
}

/** The names of one listener. */
export class Hosts {
  readonly #options: HostsOptions;
  readonly #names: ReadonlySet<string>;
  readonly #any: boolean;

  constructor(options: HostsOptions) {
    const { listensOn, urls, named } = options;
    this.#options = options;
    const own = urls.flatMap((url) => url === undefined ? [] : new URL(url).hostname);
    this.#names = new Set([...own, ...named].map(plain));
    this.#any = !isLoopback(listensOn) && named.length === 0;
  }

  /** Why what came for this `Host` is not answered. Who names none is no browser. */
  refuses(host: string | undefined): string | undefined {
    if (host === undefined || this.#any) return undefined;
    const name = nameIn(host);
    if (name !== undefined && (isLoopback(name) || this.#names.has(name))) return undefined;
    this.#options.onRefused(host);
    return `this server is not known as ${quote(host)}; --public-url or --hosts names it so`;
  }
}

/** The name in a `Host`, in small letters, without its port; undefined: there is none. */
function nameIn(host: string): string | undefined {
  const url = `http://${host}`;
  return /^[^\s/?#\\@]+$/.test(host) && URL.canParse(url) ? plain(new URL(url).hostname) : undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** What a {@link Site} is made with. */
interface SiteOptions {
  core: Core;
  /** Under which names it answers. */
  hosts: Hosts;
  /** Where people come to the page, if that was said: a proxy may hide it from the server. */
  publicUrl: string | undefined;
  /** Origins whose pages may come as guests, where foreign pages may come at all; "null" is what files have. */
  chatOrigins: readonly string[];
  /** Told of each page that is refused: where it came from, and from where it should have. */
  onForeign(origin: string, expected: string): void;
}

/** The headers that it reads. */
interface SiteHeaders {
  cookie?: string | undefined;
  host?: string | undefined;
  origin?: string | undefined;
}

/** Sessions that one browser keeps; the server drops the cookies of older ones. */
const BROWSER_SESSIONS_MAX = 12;

/** A server's page and its cookies. */
export class Site {
  readonly #options: SiteOptions;
  readonly #public: URL | undefined;

  constructor(options: SiteOptions) {
    this.#options = options;
    this.#public = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
  }

  /** Why a request is for somebody else: its `Host` is not this server's. */
  misses({ host }: SiteHeaders): string | undefined {
    return this.#options.hosts.refuses(host);
  }

  /** Why a page may not come as a guest where others' pages may; nothing for those listed, this server's own, and programs. */
  refusesGuest(headers: SiteHeaders): string | undefined {
    if (this.#options.chatOrigins.includes(headers.origin ?? "")) return undefined;
    const why = this.refuses(headers);
    return why && `${why}; --chat-origins lets others in`;
  }

  /** Why a request may not be made in a browser's name; nothing for this server's own pages, and for programs. */
  refuses({ origin, host }: SiteHeaders): string | undefined {
    if (origin === undefined) return undefined;
    const from = URL.canParse(origin) ? new URL(origin) : undefined;
    if (from && (from.host === hostOf(host, from.protocol) || from.origin === this.#public?.origin)) {
      return undefined;
    }
    const expected = this.#public?.origin ?? `${from?.protocol ?? "http:"}//${host ?? ""}`;
    this.#options.onForeign(origin, expected);
    return `this page comes from ${quote(origin)}, and the server expects ${quote(expected)}`;
  }

  /** Whether the browser came to the page's own address, and that is one with TLS. */
  isPublicTls({ host }: SiteHeaders): boolean {
    return this.#public?.protocol === "https:" && hostOf(host, "https:") === this.#public.host;
  }

  /** The token that a request carries: that of one session, or of the last one that somebody signed in to. */
  credential(headers: SiteHeaders, session: string | undefined): string | undefined {
    const all = Object.entries(parse(headers.cookie ?? ""));
    if (session !== undefined) {
      return all.find(([name]) => name.startsWith(COOKIE) && name.endsWith(`-${session}`))?.[1];
    }
    const own = this.#own(headers);
    // A dead one is still an answer: it is refused as what it is.
    return own.findLast(({ token }) => token)?.secret ?? own[0]?.secret;
  }

  /** What the cookie of a session is called. */
  cookieName(headers: SiteHeaders, session: string): string {
    return `${this.#prefix(headers)}-${session}`;
  }

  /** The cookies that are good for nothing any more, and the oldest of too many. */
  superfluous(headers: SiteHeaders): string[] {
    const own = this.#own(headers);
    const living = own.filter(({ token }) => token);
    const tooMany = living.slice(0, Math.max(0, living.length - BROWSER_SESSIONS_MAX + 1));
    return [...own.filter(({ token }) => !token), ...tooMany].map(({ name }) => name);
  }

  /** This server's, those of the latest sign-in last. */
  #own(headers: SiteHeaders): { name: string; secret: string; token: StoredToken | undefined }[] {
    const prefix = `${this.#prefix(headers)}-`;
    return Object.entries(parse(headers.cookie ?? ""))
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, secret]) => ({ name, secret, token: livingToken(this.#options.core, secret) }))
      .sort((one, other) => (one.token?.createdAt ?? 0) - (other.token?.createdAt ?? 0));
  }

  /** Behind a proxy that puts its own Host there, the port that browsers see is the page's. */
  #prefix({ host = "" }: SiteHeaders): string {
    const port = /:(\d+)$/.exec(host)?.[1] ?? "";
    const hidden = this.#public !== undefined && hostOf(host, this.#public.protocol) !== this.#public.host;
    const ports = [hidden ? this.#public!.port : "", port];
    return [COOKIE, ...ports.filter((each) => !["", "80", "443"].includes(each))].join("_");
  }
}

/** What the session of a token is called, in a cookie's name and in addresses. */
export function sessionOfToken(core: Core, secret: string): string {
  return sessionIdOf(core, core.secrets.digest(secret));
}

const COOKIE = "switchboard";

/** A `Host` as an origin has it: in small letters, without the port that goes without saying. */
function hostOf(host: string | undefined, protocol: string): string | undefined {
  const url = `${protocol}//${host}`;
  return host !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}
