/// <reference lib="deno.worker" />
/**
 * A thread that searches, over a connection of its own: words that stand in many messages take their time, and
 * everything else goes on meanwhile. Started and ended by queries.ts.
 */
import type { Message } from "../core/shared/events.ts";
import type { SearchQuery } from "../core/store/store.ts";
import { openForReading } from "./open_database.ts";
import { searchMessages } from "./reader.ts";
import { Statements } from "./statements.ts";

/** What is asked of it: first the database's file, then one search after the other. */
export type Asked = { readonly path: string } | { readonly query: SearchQuery };
/** That it is ready for the next, and what came of the last. */
export type Found = "ready" | { readonly messages: Message[]; readonly more: boolean } | {
  readonly failed: string;
};

let reader: Statements | undefined;

self.onmessage = ({ data }: MessageEvent<Asked>) => {
  if ("path" in data) {
    reader = new Statements(openForReading(data.path));
    return self.postMessage("ready" satisfies Found);
  }
  self.postMessage(answer(data.query));
};

function answer(query: SearchQuery): Found {
  try {
    return searchMessages(reader!, query);
  } catch (error) {
    return { failed: String(error) };
  }
}
