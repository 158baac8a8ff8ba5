/** Who may ask in a browser's name: pages of this very server, and programs, which send no Origin. */

/** Whether a request comes from a page of this server, or from no page. */
export function sameOrigin(
  { origin, host }: { origin?: string | undefined; host?: string | undefined },
): boolean {
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}
