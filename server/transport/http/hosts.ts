/**
 * The names under which a server answers. Anybody can have a name of their own lead to this machine; to a browser the page
 * of that name is then this server's own, and only `Host` tells (DNS rebinding). Where only this machine gets in that matters
 * most, because there nothing else keeps strangers' pages out.
 */
import { quote } from "../../core/shared/faults.ts";
import { isLoopback } from "../../protocol/network.ts";

/** What {@link Hosts} are made with. */
export interface HostsOptions {
  /** The address listened on. */
  listensOn: string;
  /** Where people come to the page, if that was said. */
  publicUrl: string | undefined;
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
    const { listensOn, publicUrl, named } = options;
    this.#options = options;
    const own = publicUrl === undefined ? [] : [new URL(publicUrl).hostname];
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
