/** What the doctor looks at beyond the machine itself: ports, certificates, the address that people type. */
import { existsSync } from "node:fs";
import { CertificateError, type CertificateFiles, readCertificate } from "../tls/certificate.ts";
import { certificateFiles } from "../tls/certificates.ts";
import type { Config } from "../config/config.ts";
import { isExposed } from "../config/exposure.ts";
import type { SettingsRead } from "../core/shared/settings.ts";
import { isLoopback } from "../protocol/network.ts";
import { StartError } from "../run/start_error.ts";
import type { Finding } from "./finding.ts";
import { DAY_MS } from "../core/shared/limits.ts";

/** How long before its end a certificate is to be replaced. */
const SOON_MS = 14 * DAY_MS;

/** Whether a server with these options can listen on a port. */
export function port(
  { name, port }: { name: string; port: number },
  { host }: Config,
  running: boolean,
): Finding {
  const about = `port ${port}`;
  if (port === 0) return { state: "ok", about, found: `${name}: any free one` };
  const failed = tryPort(host, port);
  if (!failed) return { state: "ok", about, found: `${name}: free on ${host}` };
  if (failed === "EADDRINUSE" && running) {
    return { state: "ok", about, found: `${name}: taken, the server runs` };
  }
  const todo = {
    EADDRINUSE: `end the program that has it, or choose another port with --${name}`,
    EACCES: `ports below 1024 need a right: see AmbientCapabilities in docs/operations.md`,
    EADDRNOTAVAIL: `no interface of this machine has the address ${host}: see --host`,
  }[failed] ?? "see --host";
  return { state: "bad", about, found: `${name}: can't listen on ${host}: ${failed}`, todo };
}

/** Listens for a moment; gives what stands in the way. */
function tryPort(hostname: string, port: number): string | undefined {
  try {
    Deno.listen({ hostname, port }).close();
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return code ?? message;
  }
}

/** How long the certificate lasts, and whom it is for; undefined without TLS. */
export function certificate(config: Config): Finding | undefined {
  const about = "certificate";
  const todo = "see --tls-cert and --tls-key, and docs/tls.md";
  const { tlsSelfSigned, publicUrl } = config;
  let files: CertificateFiles | undefined;
  try {
    files = certificateFiles(config);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return { state: "bad", about, found: error.message, todo };
  }
  if (!files) return undefined;
  if (tlsSelfSigned && !existsSync(files.cert)) {
    return { state: "ok", about, found: "made at the first start" };
  }
  try {
    const { endsAt, names } = readCertificate(files);
    const days = Math.floor((endsAt - Date.now()) / DAY_MS);
    const found = `ends ${new Date(endsAt).toISOString().slice(0, 10)}, in ${days} days, for ${
      names.join(", ")
    }`;
    const host = publicUrl && new URL(publicUrl).hostname;
    if (days < 0) {
      return { state: "bad", about, found, todo: "put a new one in its place; no restart is needed" };
    }
    if (host && !names.some((name) => isFor(name, host))) {
      return { state: "bad", about, found, todo: `get one that is for ${host} too (--public-url)` };
    }
    if (endsAt - Date.now() > SOON_MS) return { state: "ok", about, found };
    return { state: "warn", about, found, todo: "renew it; no restart is needed" };
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    return { state: "bad", about, found: error.message, todo };
  }
}

/** Whether a name of a certificate, perhaps with a star for its first part, is this host's (RFC 9525 §6.3). */
function isFor(name: string, host: string): boolean {
  const [mine, wanted] = [name.toLowerCase(), host.toLowerCase()];
  return mine === wanted || (mine.startsWith("*.") && mine.slice(1) === wanted.replace(/^[^.]+/, ""));
}

/** Whether the address that people type leads here. */
export async function address(publicUrl: string, running: boolean): Promise<Finding> {
  const about = "address";
  try {
    const answer = await fetchHealth(publicUrl);
    const isOurs = answer.ok && "version" in (await answer.json() as object);
    if (isOurs) return { state: "ok", about, found: `${publicUrl} answers` };
    const todo = "let the reverse proxy pass everything on; see docs/operations.md";
    return { state: "warn", about, found: `${publicUrl} is answered by something else`, todo };
  } catch (error) {
    if (!running) return { state: "ok", about, found: `${publicUrl}: not tried, the server does not run` };
    const reason = error instanceof Error ? error.message : String(error);
    const todo = "see that its name leads here and that the reverse proxy runs";
    return { state: "warn", about, found: `${publicUrl} can't be reached from here: ${reason}`, todo };
  }
}

/** What is said at the address about the server behind it. */
export async function fetchHealth(publicUrl: string): Promise<Response> {
  return await fetch(new URL("health", `${publicUrl}/`), { signal: AbortSignal.timeout(5_000) });
}

/** What others can do with a server that more than this machine reaches, directly or through a proxy. */
export function* exposure(config: Config, settings: SettingsRead): Iterable<Finding> {
  if (!isExposed(config)) return;
  const { host, publicUrl, tlsCert, tlsSelfSigned, smtp } = config;
  const listens = !isLoopback(host);
  const about = "others";
  if (listens && tlsCert === undefined && !tlsSelfSigned) {
    const found = `${host} is reached without TLS: passwords and messages travel as they are`;
    const todo = "see --tls-cert in docs/tls.md, or have a proxy speak TLS and listen on --host 127.0.0.1";
    yield { state: "warn", about, found, todo };
  } else if (!listens && publicUrl!.startsWith("http:")) {
    const found = `${publicUrl} is an address without TLS: passwords and messages travel as they are`;
    yield {
      state: "warn",
      about,
      found,
      todo: "have the proxy speak TLS, and name it https: in --public-url",
    };
  }
  if (smtp === undefined) {
    const found = "who forgets a password gets no letter: there is no mail server";
    const todo = "name one with --smtp; until then account reset-link makes a link by hand";
    yield { state: "warn", about, found, todo };
  }
  yield admission(settings);
}

/** Who may come in. */
function admission(settings: SettingsRead): Finding {
  const guests = settings.get("guests") === "on";
  const registration = settings.get("registration");
  const accounts = {
    open: "anybody who reaches the page may make an account",
    invite: "an account takes an invitation",
    closed: "accounts are made by whoever runs the server",
  }[registration];
  const found = `${accounts}; guests are ${guests ? "let in" : "not let in"}`;
  if (registration !== "open" && !guests) return { state: "ok", about: "others", found };
  const todo = "if not everybody is to come in: --registration invite --guests off; see docs/team.md";
  return { state: "warn", about: "others", found, todo };
}
