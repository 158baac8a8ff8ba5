/** Accounts in memory, as their operator lists them. */
import { type NameKey, nameKey } from "../../server/core/shared/names.ts";
import { searchForm } from "../../server/core/shared/search_form.ts";
import type { Account, ListedAccount } from "../../server/core/store/store.ts";
import type { MemoryState } from "./memory_state.ts";

/** By username, those after this one. */
export function listedAccounts(
  { accounts, tokens }: MemoryState,
  after: NameKey | "",
  limit: number,
  text: string,
): ListedAccount[] {
  const keyOf = (account: { username: string }) => nameKey(account.username);
  const names = ({ username, nickname, email }: Account) =>
    searchForm([username, nickname, email].join("\n"));
  const found = accounts.filter((account) =>
    keyOf(account) > after && names(account).includes(searchForm(text))
  )
    .toSorted((a, b) => keyOf(a) < keyOf(b) ? -1 : 1).slice(0, limit);
  return found.map((account) => {
    const used = tokens.filter((token) => token.person === account.id).map(({ usedAt }) => usedAt);
    return { account, usedAt: used.length > 0 ? Math.max(...used) : null };
  });
}
