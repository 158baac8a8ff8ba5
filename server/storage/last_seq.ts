/** The number of the last event, also when the event itself is gone. */
import type { Statements } from "./statements.ts";

/** Events go with their room, or when they are old, but their numbers are never given again. */
export function keepLastSeq(db: Statements): void {
  db.run(
    `INSERT INTO meta (key, value) SELECT 'last_seq', seq FROM last_seq WHERE true
     ON CONFLICT DO UPDATE SET value = excluded.value`,
  );
}
