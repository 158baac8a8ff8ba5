/** Everybody with everybody: who comes, goes, owns the room and is put out of it, and what they are called. See matrix_test.ts. */
import { operatorOf } from "../support/operator.ts";
import { type Names, scene } from "./matrix_scene.ts";

Deno.test("matrix: everybody sees everybody go and come, and whoever comes sees everybody", () =>
  scene(async ({ people, goes, comes }) => {
    for (const person of people) {
      await goes(person);
      await comes(person);
    }
  }));

for (const [cast, natives] of [["guests", "guest"], ["accounts", "member"]] as const) {
  Deno.test(`matrix: of ${cast} whoever has been there longest owns the lobby when its owner goes`, () =>
    scene(async ({ people, zoe, goes, comes, tells, zoeIsLast }) => {
      await zoeIsLast(people[0]);
      for (const [index, person] of people.entries()) {
        await goes(person);
        const heir = people[index + 1]?.name ?? "zoe";
        await zoe.hears({ event: "owner", room: "lobby", nickname: heir });
        tells("owner", { alice: heir }, { by: heir });
        await comes(person);
      }
    }, { cast, natives }));
}

Deno.test("matrix: the owner puts somebody out, who is told, and so is everybody else", () =>
  scene(async ({ people, zoe, whoCan, comes, goes, tells, putsOut, zoeIsLast }) => {
    const owners = whoCan("kick").filter((each) => each.language === "native");
    await zoeIsLast(owners[0]);
    for (const [index, owner] of owners.entries()) {
      const heir = owners[index + 1];
      const others = people.filter((each) => each !== owner && each !== heir);
      // Whoever is put out and comes back first has been there longest then, but for zoe.
      for (const target of heir ? [heir, ...others] : others) {
        await putsOut(owner, target);
        await comes(target);
      }
      if (!heir) break;
      await zoeIsLast();
      await goes(owner);
      await zoe.hears({ event: "owner", room: "lobby", nickname: heir.name });
      tells("owner", { alice: heir.name }, { by: heir.name });
      await comes(owner);
    }
  }, { natives: "member" }));

Deno.test("matrix: who keeps order sets the topic, mutes, pins and removes, and everybody sees it", () =>
  scene(async ({ server, people, zoe, says, tells }) => {
    const [keeper] = people.filter(({ does, language }) => does.topic && language === "native");
    await operatorOf(server)(["account", "role", keeper!.name, "admin"]).ends();
    const others = people.filter((each) => each !== keeper);
    await keeper!.does.topic!("all of it; 你好");
    tells("topic", { alice: keeper!.name, hello: "all of it; 你好" }, { by: keeper!.name });
    await zoe.hearsAtLast({ event: "room" });
    for (const target of others) {
      const { id } = await says(target, "what I should not say");
      const given = { alice: keeper!.name, bob: target.name };
      await keeper!.does.pin!(id);
      tells("pin", given, { by: keeper!.name });
      await keeper!.does.removal!(id);
      tells("removal", given, { by: keeper!.name });
      await keeper!.does.mute!(target.name);
      tells("mute", given, { by: keeper!.name });
      for (const event of ["pinned", "recalled", "muted"]) await zoe.hearsAtLast({ event });
    }
  }, { natives: "member" }));

Deno.test("matrix: an invitation is seen by whoever is invited, and by nobody else", () =>
  scene(async ({ people, whoCan, zoe, tells }) => {
    const [inviter] = whoCan("invitation");
    for (const { name } of people.filter((each) => each !== inviter)) {
      await inviter!.does.invitation!("attic", name);
      tells("invitation", { alice: inviter!.name }, { to: name });
    }
    await zoe.hearsNothing();
  }, { cast: "accounts", natives: "member" }));

Deno.test("matrix: a name that somebody has is refused, or gets # after it, whoever has it and whoever wants it", () =>
  scene(async ({ people, zoe, online, tellsPresence }) => {
    for (const person of people) {
      for (const { name } of people) {
        const visitor = await person.wants(name);
        if (!visitor) continue;
        online.push(visitor.name);
        tellsPresence("enter", visitor.name);
        for (const event of ["online", "entered"]) await zoe.hears({ event, nickname: visitor.name });
        online.pop();
        await visitor.goes();
        for (const event of ["left", "offline"]) await zoe.hears({ event, nickname: visitor.name });
        tellsPresence("leave", visitor.name);
      }
    }
  }));

/** With what ends a name, a field, a line or a message in one language or another. */
const AWKWARD: Names = [
  "__END___",
  "a;b;[c]",
  "[ x ] : y",
  "209|__DIV___",
  'it\'s "{:}"',
  "{p:*>}",
  "__MSG___;/\\",
  "#:a, b!c*?.",
];

Deno.test("matrix: a name with the separators of other languages is one name everywhere", () =>
  scene(async ({ people, whoCan, says, goes, comes, tells, upToDate }) => {
    for (const person of people) await says(person, "who am I?");
    for (const person of whoCan("private message")) {
      for (const { name } of people.filter((each) => each !== person)) {
        tells("private message", { alice: person.name, bob: name, hello: "hello" }, { to: name });
        await person.does["private message"]!(name, "hello");
        if (person.oneByOne) await upToDate(people.find((each) => each.name === name)!);
      }
      await says(person, "that is all");
    }
    for (const person of people) {
      await goes(person);
      await comes(person);
    }
  }, { names: AWKWARD }));
