/** A short torture. `deno task torture` has the long ones, with all kinds of faults. */
import { HAS_NATS } from "../cluster/nats_servers.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { SHORT } from "./faults.ts";
import { torture } from "./torture.ts";

Deno.test({
  name: "torture: nodes are killed and cut off while people talk, and everything acknowledged is there once",
  ignore: !HAS_NATS,
  async fn() {
    const story: string[] = [];
    const report = await torture({
      seed: 15,
      durations: SHORT,
      faults: () => ["node cut off", "node killed", "all nodes killed"],
      peoplePerNode: 2,
      pauseMs: 60,
      restMs: 0,
      // Other tests take their part of the machine meanwhile.
      resumedMs: 12_000,
      presenceMs: 20_000,
      say: (line) => story.push(line),
    });
    assertEquals(report.violations, [], story.join("\n"));
    assertEquals(report.faults, 3);
    assertTrue(report.acknowledged > 200, `much was said: ${report.acknowledged}`);
    assertTrue(report.files > 0, "files were sent");
    assertTrue(report.resumes.length > 0, "people went elsewhere");
  },
});
