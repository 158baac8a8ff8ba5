/// <reference lib="deno.worker" />
/** The thread of files as it is, except that it dies of every third piece. */
import "../../server/storage/blob_worker.ts";
import type { Asked } from "../../server/storage/blob_worker.ts";

const PIECES = 3;

const work = self.onmessage!;
let pieces = 0;

self.onmessage = function (event: MessageEvent<Asked>) {
  if ("task" in event.data && event.data.task.do === "append" && ++pieces === PIECES) {
    throw new Error("enough");
  }
  work.call(self, event);
};
