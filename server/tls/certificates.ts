/**
 * The certificate that is shown to newcomers: where it comes from, and how a newer one takes its place while the
 * server runs. One that can't be used never does.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Certificate, CertificateError, type CertificateFiles, readCertificate } from "./certificate.ts";
import type { Config } from "../config/config.ts";
import { logOf } from "../monitoring/log.ts";
import { StartError } from "../run/start_error.ts";
import { DAY_MS } from "../core/shared/limits.ts";

/** How long before its end a certificate of one's own is made anew, and one by others is missed. */
const RENEW_MS = 30 * DAY_MS;
const WARN_MS = 14 * DAY_MS;

type CertificateConfig = Pick<Config, "tlsCert" | "tlsKey" | "tlsSelfSigned" | "data" | "listen">;

/** What a server's certificates come from. */
interface CertificatesOptions {
  config: CertificateConfig;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** How often the files are looked at. */
  everyMs: number;
}

/** Opens what the configuration names; undefined: it names none. @throws StartError */
export async function openCertificates(options: CertificatesOptions): Promise<Certificates | undefined> {
  const files = certificateFiles(options.config);
  if (!files) return undefined;
  const certificates = new Certificates(files, options);
  try {
    await certificates.open();
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    throw new StartError(`Cannot speak TLS: ${error.message}`);
  }
  return certificates;
}

/** The files that a configuration names, or its own; undefined: nothing is spoken with TLS. @throws StartError */
export function certificateFiles(config: CertificateConfig): CertificateFiles | undefined {
  const { tlsCert, tlsKey, tlsSelfSigned, data, listen } = config;
  if (tlsSelfSigned && (tlsCert ?? tlsKey) !== undefined) {
    throw new StartError("Cannot use --tls-self-signed together with --tls-cert or --tls-key: choose one");
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    const missing = tlsCert === undefined ? "--tls-cert" : "--tls-key";
    throw new StartError(`Cannot speak TLS: ${missing} is missing; name both, or --tls-self-signed`);
  }
  const own = join(data, "tls", "self_signed.pem");
  if (tlsSelfSigned) return { cert: own, key: own };
  if (tlsCert !== undefined) return { cert: tlsCert, key: tlsKey! };
  const secure = listen.find(({ tls }) => tls);
  if (!secure) return undefined;
  throw new StartError(
    `Cannot listen on port ${secure.port} with TLS: give --tls-cert and --tls-key, or --tls-self-signed`,
  );
}

/** The certificate of one server. */
export class Certificates {
  readonly #files: CertificateFiles;
  readonly #options: CertificatesOptions;
  readonly #log = logOf("tls");
  readonly #renewed: ((certificate: Certificate) => void)[] = [];
  #current!: Certificate;
  /** How the files looked when they were last read. */
  #stamp = "";
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Making one may take longer than it is until the next look: two at once would make two. */
  #isChecking = false;

  constructor(files: CertificateFiles, options: CertificatesOptions) {
    this.#files = files;
    this.#options = options;
  }

  get current(): Certificate {
    return this.#current;
  }

  /** Reads the first one and watches its files from then on. @throws CertificateError */
  async open(): Promise<void> {
    await this.#makeOwn();
    this.#stamp = this.#look();
    this.#current = readCertificate(this.#files);
    this.#warn();
    this.#timer = setInterval(() => void this.#check(), this.#options.everyMs);
  }

  /** Calls back with each certificate that takes the place of the last. */
  onRenewed(callback: (certificate: Certificate) => void): void {
    this.#renewed.push(callback);
  }

  /** Reads the files now. With one that can't be used everything stays as it was, and the log says why. */
  reload(): void {
    this.#stamp = this.#look();
    try {
      const certificate = readCertificate(this.#files);
      for (const tell of this.#renewed) tell(certificate);
      this.#current = certificate;
      const { sha256, endsAt } = certificate;
      this.#log.info("took up the certificate anew: sha256={sha256}, until {end}", {
        sha256,
        end: dateOf(endsAt),
      });
      this.#warn();
    } catch (error) {
      this.#log.error("cannot take up the new certificate, the one before stays: {reason}", {
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      await this.#makeOwn();
    } catch (error) {
      this.#log.error("cannot make a certificate, the one before stays: {reason}", { reason: String(error) });
    } finally {
      this.#isChecking = false;
    }
    if (this.#look() !== this.#stamp) this.reload();
  }

  /** Makes a certificate of one's own when there is none yet, or none for long. */
  async #makeOwn(): Promise<void> {
    const { config, clock } = this.#options;
    if (!config.tlsSelfSigned) return;
    const { cert: path } = this.#files;
    const known = this.#current ?? (existsSync(path) ? readCertificate(this.#files) : undefined);
    if (known && known.endsAt - RENEW_MS > clock()) return;
    // What makes one is needed once in two years.
    const { makeSelfSigned } = await import("./self_signed.ts");
    await makeSelfSigned(path, clock());
  }

  #look(): string {
    return [this.#files.cert, this.#files.key].map(stampOf).join(" ");
  }

  #warn(): void {
    const { endsAt } = this.#current;
    if (endsAt - WARN_MS > this.#options.clock()) return;
    this.#log.warning("the certificate ends on {end}", { end: dateOf(endsAt) });
  }
}

/** What changes with a file, also where its name leads to another one. */
function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs}/${size}/${ino}`;
  } catch {
    return "gone";
  }
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
