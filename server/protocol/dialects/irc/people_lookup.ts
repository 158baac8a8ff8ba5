/** Asking what people show, as far as that goes in one answer and then in the next. */
import { LIMITS } from "../../../core/shared/limits.ts";
import type { ListedPerson } from "../../../core/shared/profile.ts";
import type { Inbound } from "../../dialect.ts";
import type { Exchange, Reply } from "./exchange.ts";

/** Says what people show, of so many as there are, a page at a time. `prepaid`: nobody has asked for it. */
export function lookUp(
  x: Exchange,
  nicknames: readonly string[],
  then: (found: readonly ListedPerson[]) => Reply,
  { prepaid = false, before = [] }: { prepaid?: boolean; before?: readonly ListedPerson[] } = {},
): Inbound {
  const { peopleListedMax } = LIMITS;
  const rest = nicknames.slice(peopleListedMax);
  return x.ask("people", { nicknames: nicknames.slice(0, peopleListedMax) }, {
    ...(prepaid && { prepaid }),
    done: ({ people }) => {
      const found = [...before, ...people];
      if (rest.length === 0) return then(found);
      return { ask: [lookUp(x, rest, then, { prepaid: true, before: found })] };
    },
  });
}
