/** What whoever runs a server sets while it runs, or while it does not, and what a start brings along. */
import { assertEquals, assertLike } from "../support/assert.ts";
import { run } from "../support/executable.ts";
import { withServer } from "../support/harness.ts";
import { operatorOf } from "../support/operator.ts";

Deno.test("settings: shown, set and taken back, while the server runs, while it does not, and over a restart", async () => {
  await withServer({ registration: undefined }, async (server) => {
    const operator = operatorOf(server);
    const { stdout } = await operator(["settings"]).ends();
    assertLike(stdout[0], /^SETTING +VALUE +SET +MAY BE +MEANING$/);
    assertLike(stdout[1], /^registration +open +- +open\|invite\|closed +who may make an account/);
    assertLike(stdout[2], /^guests +on +- +on\|off /);
    await operator(["settings", "registration", "invite"]).says([
      "registration is invite now.",
      "guests is off now.",
    ]);
    // Not set, guests follow it.
    await operator(["settings", "guests"]).says(["off"]);
    await operator(["settings", "mail_domains", "Example.org, @example.net"])
      .says(["mail-domains is example.org,example.net now."]);

    await server.running.stop();
    await operator(["settings", "registration"]).says(["invite"]);
    await operator(["settings", "guests", "on"]).says(["guests is on now."]);
    await server.restart();
    const [json] = (await operator(["settings", "guests", "--json"]).ends()).stdout;
    const { setting, value, set } = JSON.parse(json!);
    assertEquals([setting, value, set], ["guests", "on", true]);
    await operator(["settings", "mail-domains"]).says(["example.org,example.net"]);
    await operator(["settings", "guests", "default"]).says(["guests is off now."]);
  });
});

Deno.test("settings: what is not there, or can't be, is said in one line and changes nothing", async () => {
  await withServer({}, async (server) => {
    const operator = operatorOf(server);
    await operator(["settings", "colour"])
      .fails('switchboard: Cannot show "colour": there is no such setting');
    await operator(["settings", "registration", "perhaps"]).fails(
      'switchboard: Cannot set this to "perhaps": it must be one of open, invite, closed',
    );
    await operator(["settings", "mail-domains", "example.org,ex ample"]).fails(
      'switchboard: Cannot set this to "ex ample": it must be domains such as example.org,example.net, at most 100, or any',
    );
    await operator(["settings", "registration"]).says(["open"]);
    const { code, stderr } = await run(["--guests", "perhaps"]).ended;
    assertEquals([code, stderr.length], [1, 1]);
    assertLike(stderr[0], /--guests .*must be one of on, off/);
  });
});

Deno.test("settings: an option of a start is one; beyond this machine registration is by invitation unless it is set", async () => {
  const beyond = { host: "0.0.0.0", registration: undefined };
  await withServer({ ...beyond, guests: "on", mailDomains: ["example.org"] }, async (server) => {
    const operator = operatorOf(server);
    const inForce = async () =>
      (await operator(["settings", "--json"]).ends()).stdout.map((line) => JSON.parse(line)).slice(0, 3)
        .map(({ value, set }) => `${value}${set ? ", set" : ""}`);
    assertEquals(await inForce(), ["invite", "on, set", "example.org, set"]);
    await operator(["settings", "registration", "open"]).ends();
    await operator(["settings", "mail-domains", "any"]).ends();
    await server.restart();
    assertEquals(
      await inForce(),
      ["open, set", "on, set", "example.org, set"],
      "what was typed, and what is given",
    );
    await operator(["settings", "registration", "default"]).says(["registration is invite now."]);
  });
});
