/** What becomes of lines, and of people, in the room of WeTalk's users. What they say: wetalk_test.ts. */
import { scene } from "./wetalk_scene.ts";

Deno.test("wetalk: one takes back one's last line, and then the one before", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    const eve = await comesIn("eve");
    await bob.forgets();
    const ids: string[] = [];
    for (const text of ["one", "two"]) bob.says("__MSG___", "bob", text);
    await alice.hearsAtLast({ event: "message", text: "one" }).then(({ id }) => ids.push(id));
    await alice.hears({ event: "message", text: "two" }).then(({ id }) => ids.push(id));
    await alice.asks("send", { room: "lobby", text: "between" });
    for (const program of [bob, eve]) {
      await program.hears("__MSG___", "bob", "one");
      await program.hears("__MSG___", "bob", "two");
      await program.hears("__MSG___", "alice", "between");
    }
    for (const id of ids.reverse()) {
      bob.says("__ROLL__", "bob");
      for (const program of [bob, eve]) await program.hears("__ROLL__", "bob");
      await alice.hears({ event: "recalled", id, from: "bob" });
    }
    bob.says("__ROLL__", "bob");
    await bob.hears("__MSG___", "@switchboard", "Cannot take anything back: nothing of yours is left");
    eve.says("__ROLL__", "alice");
    await eve.hears("__MSG___", "@switchboard", 'Cannot take back what "alice" wrote: only one\'s own');
    await alice.hearsNothing();
    // Asked for in one breath, before the line has come back.
    bob.sends(bob.sealed("__MSG___bob__DIV___oops__END_____ROLL__bob__END___"));
    await eve.hears("__MSG___", "bob", "oops");
    await eve.hears("__ROLL__", "bob");
  }));

Deno.test("wetalk: what others take back goes if it is their last line; otherwise one is told", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const [alice, carol] = [await native("alice"), await native("carol")];
    await bob.forgets();
    const ids: string[] = [];
    for (const text of ["one", "two", "three"]) {
      ids.push((await alice.asks("send", { room: "lobby", text })).id);
    }
    await carol.asks("send", { room: "lobby", text: "I am carol" });
    for (let count = 0; count < 4; count++) await bob.nextOf("__MSG___");
    await alice.asks("recall", { message: ids[2] });
    await bob.hears("__ROLL__", "alice");
    await alice.asks("recall", { message: ids[0] });
    await bob.hears("__MSG___", "@switchboard", "alice took back an earlier message");
    await alice.asks("recall", { message: ids[1] });
    await bob.hears("__ROLL__", "alice");
    await bob.hearsNothing();
  }));

Deno.test("wetalk: the room goes to whoever is there longest, and only its owner kicks", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const eve = await comesIn("eve");
    const mallory = await comesIn("mallory");
    const alice = await native("alice");
    for (const program of [bob, eve, mallory]) await program.forgets();
    eve.says("__KICK__", "mallory");
    bob.says("__KICK__", "nobody");
    await eve.hearsNothing();
    await bob.hearsNothing();
    bob.says("__KICK__", "mallory");
    await mallory.hears("__USER__", "-mallory");
    await mallory.hears("__KICK__");
    await mallory.hearsTheEnd();
    for (const program of [bob, eve]) await program.hears("__USER__", "-mallory");
    await alice.hears({ event: "kicked", nickname: "mallory", by: "bob" });
    bob.says("__LOGO__", "bob");
    await bob.hearsTheEnd();
    await eve.hears("__USER__", "-bob");
    await eve.hears("__GRANT_");
    eve.says("__KICK__", "alice");
    await alice.hearsAtLast({ event: "kicked", nickname: "alice", by: "eve" });
    await eve.hears("__USER__", "-alice");
    eve.says("__KICK__", "eve");
    await eve.hears("__MSG___", "@switchboard", 'Cannot kick yourself: "leave" takes you out of a room');
  }));

Deno.test("wetalk: who is kicked by somebody with another program is told in its words", () =>
  scene(async ({ guest, comesIn }) => {
    const alice = await guest("alice");
    const bob = await comesIn("bob");
    await alice.asks("kick", { room: "lobby", nickname: "bob" });
    await bob.hears("__USER__", "-bob");
    await bob.hears("__KICK__");
    await bob.hearsTheEnd();
    await alice.hearsAtLast({ event: "offline", nickname: "bob" });
  }));

Deno.test("wetalk: who goes, or whose connection drops, is told to the others", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const eve = await comesIn("eve");
    await bob.hears("__USER__", "+eve");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    await eve.close();
    await bob.hears("__USER__", "-eve");
    await alice.hears({ event: "left", room: "lobby", nickname: "eve" });
    await alice.asks("leave", { room: "lobby" });
    await bob.hears("__USER__", "-alice");
    await alice.asks("enter", { room: "lobby" });
    await bob.hears("__USER__", "+alice");
    alice.close();
    await bob.hears("__USER__", "-alice");
    await bob.hearsNothing();
  }));

Deno.test("wetalk: what it has no words for comes as lines that nobody could have written", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    bob.says("__MSG___", "bob", "lunch?");
    await bob.hears("__MSG___", "bob", "lunch?");
    const { id: lunch } = await alice.hears({ event: "message", text: "lunch?" });
    const { id } = await alice.asks("send", { room: "lobby", text: "at noon" });
    await bob.hears("__MSG___", "alice", "at noon");
    await alice.asks("edit", { message: id, text: "at one" });
    await bob.hears("__MSG___", "alice@edited", "at one");
    await alice.asks("react", { message: lunch, emoji: "👍", on: true });
    await bob.hears("__MSG___", "alice@reacted", "👍 to a message of bob");
    await alice.asks("react", { message: lunch, emoji: "👍", on: false });
    await bob.hears("__MSG___", "alice@reacted", "took back 👍 to a message of bob");
    const secret = await alice.asks("send", { to: "bob", text: "psst" });
    await bob.hears("__MSG___", "alice@private", "psst");
    await alice.asks("edit", { message: secret.id, text: "psst!" });
    await bob.hears("__MSG___", "alice@private+edited", "psst!");
    await alice.asks("recall", { message: secret.id });
    await bob.hears("__MSG___", "@switchboard", "alice took back a private message");
    await alice.asks("typing", { room: "lobby" });
    await alice.asks("read", { room: "lobby", message: lunch });
    await bob.hearsNothing();
    // The private line was none of the room's: this still is alice's last.
    await alice.asks("recall", { message: id });
    await bob.hears("__ROLL__", "alice");
  }));
