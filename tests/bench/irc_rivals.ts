/** Debian's ngircd and InspIRCd as processes of their own, without what they have against floods, to compare with. */
import { connect } from "node:net";
import { freePort } from "../support/free_port.ts";
import { irc, type Target } from "./targets.ts";

/** A server of IRC at work. */
interface Rival {
  readonly target: Target;
  end(): Promise<void>;
}

const NGIRCD = (port: number) =>
  `[Global]
Name = bench.example
Listen = 127.0.0.1
Ports = ${port}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxNickLength = 20
MaxPenaltyTime = 0
PingTimeout = 600
[Options]
DNS = no
Ident = no
PAM = no
`;

const INSPIRCD = (port: number, folder: string) =>
  `<server name="bench.example" description="bench" network="bench">
<admin name="bench" nick="bench" email="bench@example.org">
<bind address="127.0.0.1" port="${port}" type="clients">
<connect allow="*" timeout="60" pingfreq="600" hardsendq="1048576000" softsendq="1048576000" recvq="10485760"
 threshold="100000000" commandrate="1000000000" fakelag="no" localmax="100000" globalmax="100000" maxchans="100"
 resolvehostnames="no" useident="no">
<performance somaxconn="1024" netbuffersize="65536">
<path configdir="${folder}" logdir="${folder}" datadir="${folder}" runtimedir="${folder}" moduledir="/usr/lib/inspircd/modules">
<files motd="${folder}/motd">
<pid file="${folder}/inspircd.pid">
`;

/** Starts those that are installed, with their files in this folder. */
export async function startRivals(folder: string): Promise<Rival[]> {
  const rivals = [await startNgircd(folder), await startInspircd(folder)];
  return rivals.filter((each) => each !== undefined);
}

async function startNgircd(folder: string): Promise<Rival | undefined> {
  const port = await freePort();
  const path = `${folder}/ngircd.conf`;
  await Deno.writeTextFile(path, NGIRCD(port));
  return await started("ngircd", ["--nodaemon", "--config", path], port);
}

async function startInspircd(folder: string): Promise<Rival | undefined> {
  const port = await freePort();
  const path = `${folder}/inspircd.conf`;
  await Deno.writeTextFile(path, INSPIRCD(port, folder));
  await Deno.writeTextFile(`${folder}/motd`, "bench\n");
  return await started("inspircd", ["--nofork", "--runasroot", `--config=${path}`], port);
}

async function started(name: string, args: string[], port: number): Promise<Rival | undefined> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(name, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`${name} not found: apt-get install ${name}`);
    return undefined;
  }
  const gone = { is: false };
  void child.status.then(() => gone.is = true);
  while (!await answers(port)) {
    if (gone.is) throw new Error(`${name} did not start`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const end = async () => {
    child.kill("SIGTERM");
    await child.status;
  };
  return { target: irc(name, { host: "127.0.0.1", port }), end };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
}
