/** The letter with which somebody shows that a mail address is theirs. */
import type { Core } from "../core.ts";
import { LIMITS } from "../shared/limits.ts";

/** A code for an address; what is kept of it, and what sends the letter. */
export function confirmation(
  core: Core,
  now: number,
  letter: { to: string; nickname: string },
): { code: { hash: string; expiresAt: number }; send(): void } {
  const code = core.secrets.code();
  return {
    code: { hash: core.secrets.digest(code), expiresAt: now + LIMITS.emailCodeLifeMs },
    send: () => core.mailer.sendConfirmation({ ...letter, code, minutes: LIMITS.emailCodeLifeMs / 60_000 }),
  };
}
