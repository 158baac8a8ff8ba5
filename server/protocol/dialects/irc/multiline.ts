/** A message of several lines, as a client sends it: a batch of them (IRCv3, "Multiline messages"). */
import { LIMITS } from "../../../core/shared/limits.ts";
import { sameName } from "../../../core/shared/names.ts";
import type { Inbound } from "../../dialect.ts";
import type { Exchange } from "./exchange.ts";
import { failure } from "./faults.ts";
import type { Message } from "./message.ts";
import { sayTo } from "./talking.ts";

type Steps = Iterable<Inbound>;

/** One that has begun. */
interface OpenBatch {
  readonly target: string;
  readonly tags: Message["tags"];
  /** What its first line was labelled with belongs to all of it. */
  readonly exchange: Exchange;
  text: string;
  lines: number;
  /** Why nothing comes of it. */
  fault?: { readonly code: string; readonly words: string; readonly context?: string };
}

const encoder = new TextEncoder();

/** The batches of one client. One is open at a time. */
export class Multiline {
  #reference: string | undefined;
  #open: OpenBatch | undefined;

  /** BATCH: one begins or ends. */
  *batch(x: Exchange, { params: [reference = "", type, target], tags }: Message): Steps {
    if (!x.client.caps.has("draft/multiline")) {
      return yield x.say(x.client.numeric("ERR_UNKNOWNCOMMAND", ["BATCH"]));
    }
    const name = reference.slice(1);
    if (reference.startsWith("+") && type === "draft/multiline" && target !== undefined && !this.#open) {
      this.#reference = name;
      this.#open = { target, tags, exchange: x, text: "", lines: 0 };
      x.hold();
      return;
    }
    const open = this.#open;
    if (!reference.startsWith("-") || !open || name !== this.#reference) {
      return yield x.say(failure(x.client, "BATCH", "MULTILINE_INVALID", "Invalid multiline batch"));
    }
    this.#open = this.#reference = undefined;
    yield* open.exchange.run(this.#ended(open));
  }

  /**
   * Takes a line that belongs to a batch. "in_vain": nothing comes of that any more. "stray": that batch was refused, or never began.
   * Undefined: the line belongs to none.
   */
  take(
    { command, tags, params: [target = "", said = ""] }: Message,
  ): "kept" | "in_vain" | "stray" | undefined {
    const reference = tags.get("batch");
    if (reference === undefined) return undefined;
    const open = this.#open;
    if (!open || reference !== this.#reference) return "stray";
    if (open.fault) return "in_vain";
    const isConcat = tags.has("draft/multiline-concat");
    open.text += open.lines === 0 || isConcat ? said : `\n${said}`;
    open.lines++;
    if (command !== "PRIVMSG") {
      open.fault = { code: "MULTILINE_INVALID", words: "Invalid multiline batch" };
    } else if (!sameName(target, open.target)) {
      const context = `${open.target} ${target}`;
      open.fault = { code: "MULTILINE_INVALID_TARGET", words: "Invalid multiline target", context };
    } else if (encoder.encode(open.text).length > LIMITS.textBytesMax) {
      const context = String(LIMITS.textBytesMax);
      open.fault = { code: "MULTILINE_MAX_BYTES", words: "Multiline batch max-bytes exceeded", context };
    } else if (open.lines > LIMITS.ircLinesMax) {
      const context = String(LIMITS.ircLinesMax);
      open.fault = { code: "MULTILINE_MAX_LINES", words: "Multiline batch max-lines exceeded", context };
    }
    if (open.fault) open.text = "";
    return "kept";
  }

  /** A line without its batch is not said: it may be a piece of something that makes no sense alone. */
  *stray(x: Exchange): Steps {
    yield x.say(failure(x.client, "BATCH", "MULTILINE_INVALID", "Invalid multiline batch"));
  }

  *#ended({ exchange: x, target, text, tags, fault }: OpenBatch): Steps {
    if (fault) return yield x.say(failure(x.client, "BATCH", fault.code, fault.words, fault.context));
    if (text.trim() === "") {
      return yield x.say(failure(x.client, "BATCH", "MULTILINE_INVALID", "Invalid multiline batch"));
    }
    yield* sayTo(x, target, text, tags);
  }
}
