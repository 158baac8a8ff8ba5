/** The limits that every connection is held to: those of core/shared/limits.ts, or others where a test can't wait as long. */
import { LIMITS } from "../core/shared/limits.ts";

/** What of {@link LIMITS} can be another figure for one server. */
export type WireLimits = {
  readonly [
    Name in
      | "outboxBytesMax"
      | "silenceMs"
      | "longSilenceMs"
      | "endlessSilencesPerAddressMax"
      | "pingEveryMs"
      | "unauthenticatedPerAddressMax"
      | "lingerMs"
      | "channelsCorkMs"
      | "channelsPendingMs"
      | "httpHeadersMs"
      | "httpRequestMs"
      | "httpConnectionsMax"
      | "httpConnectionsPerAddressMax"
      | "httpBodyWatchedMs"
      | "writeMs"
      | "tlsHandshakeMs"
      | "tlsHandshakesMax"
      | "certificateEveryMs"
      | "drainMs"
      | "returnMs"
      | "returnSpreadMs"
  ]: number;
};

/** The limits of a server. */
export function wireLimitsWith(wanted: Partial<WireLimits> = {}): WireLimits {
  return { ...LIMITS, ...wanted };
}
