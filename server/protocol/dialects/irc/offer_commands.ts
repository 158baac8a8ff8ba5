/** ACCEPT and REFUSE: a file that somebody offers in private is taken, or not. IRC has no command for it; the line that offers it says this one. */
import type { Inbound } from "../../dialect.ts";
import type { Exchange } from "./exchange.ts";
import { failure } from "./faults.ts";
import { ircNick } from "./irc_names.ts";
import type { Message } from "./message.ts";

type Steps = Iterable<Inbound>;

/** Takes a file, which is at its address from then on; without its id it says which wait. */
export function* accept(x: Exchange, { params: [file = ""] }: Message): Steps {
  if (file === "") return yield waiting(x);
  const words = `It is yours: ${x.client.pageUrl()}/files/${file} (sign in there as here)`;
  yield answered(x, "accept", file, words);
}

export function* refuse(x: Exchange, { params: [file = ""] }: Message): Steps {
  if (file === "") return yield waiting(x);
  yield answered(x, "refuse", file, "It is refused");
}

function answered(x: Exchange, op: "accept" | "refuse", file: string, words: string): Inbound {
  return x.ask(op, { file }, {
    done: () => ({ lines: [x.client.notice(words)] }),
    failed: (fault) => ({ lines: [failure(x.client, x.command, fault.code, fault.message, file)] }),
  });
}

function waiting(x: Exchange): Inbound {
  return x.ask("offers", {}, {
    done: ({ offers }) => ({
      lines: offers.length === 0
        ? [x.client.notice("Nobody offers you a file")]
        : offers.map(({ from, file: { id, name } }) =>
          x.client.notice(`${ircNick(from)} offers ${name}: /quote ACCEPT ${id}, or /quote REFUSE ${id}`)
        ),
    }),
  });
}
