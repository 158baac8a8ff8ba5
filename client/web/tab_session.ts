/**
 * Which of the browser's sessions this tab is. A browser has a cookie for each, that no script sees; a tab stays the one
 * person that it shows, whoever signs in beside it. A name of a session lets nobody in, so it may be kept, and stand in
 * addresses. A tab that has none yet is whoever signed in last.
 */
const ENTRY = "switchboard:session";

let session = kept();

/** The session of this tab. */
export function tabSession(): string | undefined {
  return session;
}

/** This tab is another session from now on, or none. It stays so when it is loaded anew. */
export function setTabSession(next: string | undefined): void {
  session = next;
  try {
    if (next === undefined) sessionStorage.removeItem(ENTRY);
    else sessionStorage.setItem(ENTRY, next);
  } catch {
    // Forbidden: it is known for as long as the page stays.
  }
}

/** An address of the server's, asked in this tab's name. */
export function withSession(address: string): string {
  if (session === undefined) return address;
  return `${address}${address.includes("?") ? "&" : "?"}session=${encodeURIComponent(session)}`;
}

function kept(): string | undefined {
  try {
    return sessionStorage.getItem(ENTRY) ?? undefined;
  } catch {
    return undefined;
  }
}
