/** The log: what comes again and again is counted, so that nobody can make a server fill its operator's disk with it. */
import { logOf, startLog, stopLog } from "../../server/monitoring/log.ts";
import { Repeats } from "../../server/monitoring/log_repeats.ts";
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";

for (const log of ["text", "json"] as const) {
  Deno.test(`log as ${log}: a line that comes again is counted and said once more, with how often`, async () => {
    const lines: string[] = [];
    await startLog({ log, logLevel: "info" }, (line) => void lines.push(line));
    const server = logOf("server");
    const failed = (address: string) =>
      server.error("an HTTP request of {address} failed: {detail}", {
        address,
        detail: "Error: aborted\n    at a.ts:1",
      });
    for (let n = 0; n < 313; n++) failed("192.0.2.1");
    failed("192.0.2.2");
    assertEquals(lines.length, 2, "each is written once, at once");
    await stopLog();
    assertEquals(lines.length, 3);
    if (log === "json") {
      const record = JSON.parse(lines[2]!);
      assertEquals([record.repeated, record.address], [312, "192.0.2.1"]);
      assertLike(record.message, /aborted.*and 312 more in the last minute$/s);
    } else assertLike(lines[2]!, /192\.0\.2\.1" failed: .* … and 312 more in the last minute/s);
  });
}

Deno.test("log: with debug each line is written", async () => {
  const lines: string[] = [];
  await startLog({ log: "text", logLevel: "debug" }, (line) => void lines.push(line));
  for (let n = 0; n < 3; n++) logOf("asked").debug("send ok alice");
  await stopLog();
  assertEquals(lines.length, 3);
});

Deno.test("log: a million different lines take no more memory than a thousand, and lose no count", () => {
  const counts = new Map<string, number>();
  const repeats = new Repeats<string>((line, times) => void counts.set(line, times));
  for (let n = 0; n < 100_000; n++) {
    assertTrue(repeats.isNew(`line ${n}`, `line ${n}`), "it is new");
    if (n % 10_000 === 0) assertTrue(!repeats.isNew(`line ${n}`, `line ${n}`), "it is not");
  }
  assertEquals(Array.from(counts.keys()), Array.from({ length: 10 }, (_, n) => `line ${n * 10_000}`));
  repeats.flush();
  assertTrue(repeats.isNew("line 99999", "line 99999"), "a minute later it is written again");
  repeats.flush();
});
