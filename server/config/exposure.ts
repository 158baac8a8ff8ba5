/** Who reaches a server with these options. */
import { isLoopback } from "../protocol/network.ts";
import type { Config } from "./config.ts";

/** Whether others than this machine's own programs do, directly or through a proxy. */
export function isExposed({ host, publicUrl }: Pick<Config, "host" | "publicUrl">): boolean {
  return !isLoopback(host) || publicUrl !== undefined && !isLoopback(new URL(publicUrl).hostname);
}
