/** Looking again and again, for what tells nobody when it comes about. */

const LOOK_MS = 50;

/** Looks until it is so, but no longer than until then; tells after how long it was, or what was not so. */
export async function untilTrue(
  what: () => Promise<string | undefined> | string | undefined,
  withinMs: number,
  { since = performance.now(), lookMs = LOOK_MS }: { since?: number; lookMs?: number } = {},
): Promise<{ ms: number } | { not: string }> {
  while (true) {
    let not: string | undefined;
    try {
      not = await what();
    } catch (error) {
      not = String(error);
    }
    const ms = performance.now() - since;
    if (not === undefined) return { ms };
    if (ms > withinMs) return { not };
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** Resolves once a server says so of itself at `/ready`. @throws Error it does not within so many milliseconds */
export async function untilReady(
  isReady: boolean,
  { http }: { readonly http: string },
  withinMs = 30_000,
): Promise<void> {
  const found = await untilTrue(async () => {
    const response = await fetch(`${http}/ready`, { signal: AbortSignal.timeout(1_000) });
    const said = await response.text();
    return response.ok === isReady ? undefined : said;
  }, withinMs);
  if ("not" in found) throw new Error(`${http} says at /ready after ${withinMs} ms: ${found.not}`);
}
