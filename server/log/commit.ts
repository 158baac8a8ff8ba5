/** Applying what the log has put into an order: some entries together, in one transaction, and telling what came of them. */
import { apply } from "../core/apply.ts";
import type { Answered, Outcome } from "../core/outcome.ts";
import type { Proposal } from "../core/proposals.ts";
import { asFault, Fault } from "../core/shared/faults.ts";
import type { State } from "../core/state/state.ts";
import type { SyncTime } from "../core/store/store.ts";

/** One thing in the log, and who waits for what comes of it. */
export interface Entry<Waiting = unknown> {
  readonly proposal?: Proposal;
  /** In place of a proposal. @throws Fault */
  readonly ask?: () => Answered;
  readonly waiting: Waiting | undefined;
  /** Who has it answered: what is asked is answered after what the same one proposed. */
  readonly peer?: object;
  /** The node that proposes it: when that was declared lost, it counts for nothing. */
  readonly author?: string;
}

/** Takes the outcomes of entries that are committed together. */
export interface Batch<Waiting = unknown> {
  /** What came of the next entry. It is told nobody yet, but whom it concerns is looked up now. */
  add(waiting: Waiting | undefined, outcome: Outcome | Answered): void;
  /** Whether telling what is in it takes long enough: what comes after goes into the next one. */
  readonly isFull?: boolean;
  /** All of it is kept: everybody is told. */
  deliver(): void;
  /** None of it is. */
  drop(): void;
}

/** Begins a batch for those who wait. */
export type Begin<Waiting> = (waiting: readonly (Waiting | undefined)[]) => Batch<Waiting>;

/** How many of the first entries were applied and kept, or why none was. */
export type Committed = { readonly done: number } | { readonly error: unknown };

/**
 * Applies entries until the batch is full, keeps what came of them and tells it. Where that can't be kept the state is as
 * it was before, memory and store, and nobody was told anything. `finish`: keeps, in the same transaction, what goes with
 * so many entries; `lasts`: the last number of the sequence before the first entry, and after each. `sync`: when it is on
 * disk.
 */
export function commit<Waiting>(
  state: State,
  entries: readonly Entry<Waiting>[],
  begin: Begin<Waiting>,
  { finish, sync }: {
    readonly finish?: (done: number, lasts: readonly number[]) => void;
    readonly sync?: SyncTime;
  } = {},
): Committed {
  const batch = begin(entries.map(({ waiting }) => waiting));
  let done = 0;
  const lasts = [state.sequence.last];
  const work = () => {
    for (const entry of entries) {
      batch.add(entry.waiting, outcomeOf(state, entry));
      done++;
      lasts.push(state.sequence.last);
      if (batch.isFull) break;
    }
    finish?.(done, lasts);
  };
  try {
    if (finish || entries.some(({ proposal }) => proposal)) state.store.transact(work, sync);
    else work();
  } catch (error) {
    batch.drop();
    state.journal.undo();
    return { error };
  }
  state.journal.keep();
  batch.deliver();
  return { done };
}

/** @throws what can't be taken back by itself */
function outcomeOf<Waiting>(state: State, { proposal, ask, author }: Entry<Waiting>): Outcome | Answered {
  const { journal, store: { writes } } = state;
  const before = journal.length;
  try {
    if (author !== undefined && state.presence.hasLost(author)) throw cutOff();
    return proposal ? apply(state, proposal) : ask?.() ?? {};
  } catch (error) {
    if (state.store.writes !== writes || (proposal && !(error instanceof Fault))) throw error;
    journal.undo(before);
    return { fault: asFault(error) };
  }
}

function cutOff(): Fault {
  return new Fault(
    "shutting_down",
    "Cannot do this here: this server was cut off from the others, connect again",
  );
}
