/**
 * What the service knows: who is here, which rooms there are, who may not come in where, and everything that is stored.
 * Only `apply` changes it, in the order of the log, and nothing here tells the time or makes an id: whatever does so is
 * in a proposal. So the same log leads to the same state, wherever it is applied.
 */
import { Journal } from "./journal.ts";
import { Bans } from "./bans.ts";
import { Rooms } from "./rooms.ts";
import { Sequence } from "./sequence.ts";
import { SettingsInForce } from "./settings.ts";
import { Presence } from "./presence.ts";
import type { Store } from "../store/store.ts";

/** Which networks an address belongs to. Always the same for the same address. */
interface Networks {
  /** Whom an address stands for: an IPv6 network is one person's, not one address. */
  networkOf(address: string): string;
  /** The networks that an address, or a network, is in, the narrowest first, and how many times what one address may have. */
  networksOf(address: string): readonly { readonly name: string; readonly times: number }[];
}

/** The state of the service. */
export interface State extends Networks {
  readonly store: Store;
  readonly presence: Presence;
  readonly rooms: Rooms;
  readonly bans: Bans;
  readonly settings: SettingsInForce;
  /** Who may not speak where: kept as bans are. */
  readonly mutes: Bans;
  readonly sequence: Sequence;
  /** What undoes in memory what is not committed yet. */
  readonly journal: Journal;
}

/** Wakes what is stored, where everybody is gone. `now`: milliseconds since 1970; owners have a while from then on to come back. */
export function wakeState(store: Store, networks: Networks, now: number): State {
  const journal = new Journal();
  return {
    ...networks,
    store,
    journal,
    presence: new Presence(journal),
    settings: new SettingsInForce(store.settings(), journal),
    rooms: new Rooms(store, now, networks.networksOf, journal),
    bans: new Bans(store.bans("bans", now), journal),
    mutes: new Bans(store.bans("mutes", now), journal),
    sequence: new Sequence(store.lastSeq(), journal),
  };
}
