/** Debian's nats-server as a process of its own, to compare with. */
import { freePort } from "../support/free_port.ts";

/** A running nats-server. */
interface NatsProcess {
  readonly address: { readonly host: string; readonly port: number };
  readonly pid: number;
  end(): Promise<void>;
}

/** Starts nats-server on a free port; undefined when it is not installed. */
export async function startNats(): Promise<NatsProcess | undefined> {
  const address = { host: "127.0.0.1", port: await freePort() };
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command("nats-server", {
      args: ["--addr", address.host, "--port", `${address.port}`],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  await saysReady(child.stderr);
  const end = async () => {
    child.kill("SIGTERM");
    await child.status;
  };
  return { address, pid: child.pid, end };
}

async function saysReady(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  const reader = output.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; !text.includes("Server is ready");) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`nats-server did not start: ${text}`);
    text += value;
  }
  await reader.cancel();
}
