/** What can go wrong: one thing at a time, for a while, and then it is mended. */
import type { NatsServers } from "../cluster/nats_servers.ts";
import type { Cut } from "../cluster/fault_proxy.ts";
import type { Random } from "./random.ts";
import type { TorturedCluster, TorturedNode } from "./tortured_cluster.ts";

/** Something that has gone wrong. */
export interface Fault {
  /** In words. */
  readonly what: string;
  /** The nodes whose people have to go elsewhere; all of them: nobody can. */
  readonly hit: readonly TorturedNode[];
  /** Whether the nodes that are not hit go on with everything. */
  readonly othersGoOn: boolean;
  /** Whether the nodes that are hit are lost, and so whoever does not come back from them. */
  readonly isLost: boolean;
  /** How long it stays so. */
  readonly holdMs: number;
  mend(): Promise<void>;
}

/** How long faults last. */
export interface Durations {
  /** A node is halted, or gone. */
  readonly haltMs: readonly [number, number];
  readonly goneMs: readonly [number, number];
  readonly cutMs: readonly [number, number];
  readonly allMs: readonly [number, number];
}

export const LONG: Durations = {
  haltMs: [10_000, 40_000],
  goneMs: [500, 12_000],
  cutMs: [3_000, 20_000],
  allMs: [200, 5_000],
};
/** For the suite. */
export const SHORT: Durations = {
  haltMs: [6_500, 6_500],
  goneMs: [3_000, 3_000],
  cutMs: [2_000, 2_000],
  allMs: [500, 500],
};

/** How long a node may be silent, with what it takes to notice. */
const SILENT_MS = 6_500;
const LEADER_LOOKS = 60;
const LEADER_LOOK_MS = 500;
const STREAM = "SWITCHBOARD_main_LOG";

/** Kind → how it is brought about. */
export const FAULTS: Readonly<
  Record<string, (cluster: TorturedCluster, random: Random, durations: Durations) => Promise<Fault>>
> = {
  async "node killed"({ nodes }, random, { goneMs }) {
    const node = random.of(nodes);
    await node.end("SIGKILL");
    return fault(`node ${node.name} killed`, [node], true, random.between(...goneMs), () => node.start());
  },
  async "node stopped"({ nodes }, random, { goneMs }) {
    const node = random.of(nodes);
    await node.end("SIGTERM");
    return fault(`node ${node.name} stopped`, [node], true, random.between(...goneMs), () => node.start());
  },
  "node halted"({ nodes }, random, { haltMs }) {
    const node = random.of(nodes);
    node.signal("SIGSTOP");
    return Promise.resolve(
      fault(`node ${node.name} halted`, [node], true, random.between(...haltMs), () => {
        node.signal("SIGCONT");
        return Promise.resolve();
      }),
    );
  },
  "node cut off"({ nodes }, random, { cutMs }) {
    const node = random.of(nodes);
    const how = random.of<Cut>(["reset", "silent"]);
    for (const way of node.ways) way.cut(how);
    return Promise.resolve(
      fault(`node ${node.name} cut off from NATS (${how})`, [node], true, random.between(...cutMs), () => {
        for (const way of node.ways) way.mend();
        return Promise.resolve();
      }),
    );
  },
  async "NATS leader killed"({ nats }, random, { goneMs }) {
    const leader = await leaderOf(nats);
    await leader.kill();
    return fault("NATS leader killed", [], false, random.between(...goneMs), () => leader.start());
  },
  async "NATS leader halted"({ nats }, random, { cutMs }) {
    const leader = await leaderOf(nats);
    leader.signal("SIGSTOP");
    return fault("NATS leader halted", [], false, random.between(...cutMs), () => {
      leader.signal("SIGCONT");
      return Promise.resolve();
    });
  },
  async "disk full"({ nodes }, random, { haltMs }) {
    const { name, disk } = nodes.find(({ disk }) => disk) ?? {};
    await disk?.fill();
    // Its people are refused, and stay.
    const what = `disk of node ${name} full`;
    return fault(what, [], false, random.between(...haltMs), async () => await disk?.empty());
  },
  async "NATS server set back"({ nats: { servers } }, random, { goneMs }) {
    const server = random.of(servers);
    await server.keep();
    // As after a power cut: what it had written last is lost, and the others have it.
    return fault("NATS server set back", [], false, random.between(...goneMs), () => server.goBack());
  },
  async "all nodes killed"({ nodes }, random, { allMs }) {
    await Promise.all(nodes.map((node) => node.end("SIGKILL")));
    return fault("all nodes killed", nodes, false, random.between(...allMs), async () => {
      await Promise.all(nodes.map((node) => node.start()));
    });
  },
  async "all of NATS killed"({ nats: { servers } }, random, { allMs }) {
    await Promise.all(servers.map((server) => server.kill()));
    return fault("all of NATS killed", [], false, random.between(...allMs), async () => {
      await Promise.all(servers.map((server) => server.start()));
    });
  },
};

/** Who leads; after another fault that may not be clear at once. */
async function leaderOf(nats: NatsServers): ReturnType<NatsServers["leaderOf"]> {
  for (let tries = 0;; tries++) {
    try {
      return await nats.leaderOf(STREAM);
    } catch (error) {
      if (tries === LEADER_LOOKS) throw error;
      await new Promise((resolve) => setTimeout(resolve, LEADER_LOOK_MS));
    }
  }
}

function fault(
  what: string,
  hit: readonly TorturedNode[],
  othersGoOn: boolean,
  holdMs: number,
  mend: () => Promise<void>,
): Fault {
  // A node that was cut off for a moment goes on as if nothing had been.
  const isLost = othersGoOn && (holdMs > SILENT_MS || !what.includes("cut off"));
  return { what, hit, othersGoOn, isLost, holdMs, mend };
}
