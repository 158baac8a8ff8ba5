/** Starts a server in this process where it can be started again: no connection takes its ports meanwhile. */
import { type Config, configWith } from "../../server/config/config.ts";
import { type Running, start, type StartOptions } from "../../server/run/serve.ts";
import { StartError } from "../../server/run/start_error.ts";
import { freePorts } from "./free_port.ts";

const TRIES = 5;

/** Ports that are 0 in its configuration are chosen. @throws StartError and the like */
export async function startOnFreePorts(config: Partial<Config>, options: StartOptions): Promise<Running> {
  for (let tries = 1;; tries++) {
    const [http, tcp] = await freePorts(2, true);
    const ports = { http: config.http || http!, tcp: config.tcp || tcp! };
    try {
      return await start(configWith({ ...config, ...ports }), options);
    } catch (error) {
      const isTaken = error instanceof StartError && error.message.includes("another program has it");
      if (!isTaken || tries === TRIES) throw error;
    }
  }
}
