/** How a PersonTalk program on three channels ends, and one channel of it: closed, stopped, read too slowly, sent malformed input. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { md5 } from "./clients/persontalk_client.ts";
import type { PersonTalkProgram } from "./clients/persontalk_program.ts";
import { bytesOf } from "../support/file_lines.ts";
import { connectionsAre, isRefused, scene } from "./persontalk_channels_scene.ts";
import { TYPED } from "./persontalk_scene.ts";

const encoder = new TextEncoder();

/** All three channels end, with nothing more said on any. */
async function isOver(program: PersonTalkProgram): Promise<void> {
  for (const channel of program.channels) await channel.isOver();
}

/** Two who have heard of each other. */
async function two(program: (name: string) => Promise<PersonTalkProgram>) {
  const [bob, eve] = [await program("bob"), await program("eve")];
  await bob.chat.seesPeople(["bob", "eve"], { up_line: "eve" });
  return [bob, eve] as const;
}

Deno.test("persontalk ends: signing out on any channel ends all three, and others are told once", () =>
  scene(async ({ server, program }) => {
    const eve = await program("eve");
    for (const channel of ["first", "chat", "files"] as const) {
      const bob = await program(`bob${channel}`);
      await eve.chat.seesPeople(["eve", `bob${channel}`], { up_line: `bob${channel}` });
      bob[channel].says({ login: 0, args: "exit" });
      await isOver(bob);
      await eve.chat.seesPeople(["eve"], { down_line: `bob${channel}` });
    }
    await connectionsAre(server, 3);
  }));

Deno.test("persontalk ends: without its first connection, or the channel for files, a program talks on; without that for talk it is gone", () =>
  scene(async ({ server, program }) => {
    const [bob, eve] = await two(program);
    bob.first.socket.close();
    bob.files.socket.close();
    await connectionsAre(server, 4);
    bob.chat.says("still here");
    await eve.chat.hears("bob:still here");
    await bob.chat.hearsNothing();
    await eve.uploads("eve,bob", "a.txt", encoder.encode("for bob"));
    await bob.chat.hears({ send_to_recv: "eve", files_name: "a.txt", files_type: "files" });
    bob.chat.says({ down_files: "bob" });
    assertEquals((await bob.chat.file()).bytes, encoder.encode("for bob"));
    const told = [await eve.chat.next(), await eve.chat.next()];
    assertEquals(told, ["* bob has accepted a.txt", "* bob has fetched a.txt"]);
    await bob.chat.hears("file_complete");
    eve.chat.socket.close();
    await bob.chat.seesPeople(["bob"], { down_line: "eve" });
    for (const channel of [eve.first, eve.files]) await channel.isOver();
    await connectionsAre(server, 1);
  }));

Deno.test("persontalk ends: when the server stops, or the password is another, each channel is told and ends", () =>
  scene(async ({ server, program }) => {
    const [bob, eve] = await two(program);
    await (await server.connect()).asks("password.change", {
      username: "bob",
      old: TYPED,
      new: "another word 9",
    });
    for (const channel of bob.channels) {
      assertTrue((await channel.next()).startsWith("* "), "says why");
      await channel.isOver();
    }
    await eve.chat.seesPeople(["eve"], { down_line: "bob" });
    await eve.chat.hears("* eve owns lobby now");
    const stopped = server.running.stop();
    for (const channel of eve.channels) await channel.hears("* The server is stopping. Connect again soon.");
    await stopped;
    assertEquals(server.running.figures().connections, 0);
  }));

Deno.test("persontalk ends: who does not read a file hears what is said all the same", () =>
  scene(async ({ program, native }) => {
    const [bob, eve] = await two(program);
    const alice = await native("alice");
    for (const each of [bob, eve]) await each.chat.seesPeople(["bob", "eve", "alice"], { up_line: "alice" });
    const bytes = bytesOf(3 * 2 ** 20);
    assertEquals((await bob.uploads("everyone", "big.bin", bytes)).return, 0);
    assertTrue((await eve.chat.next()).includes("big.bin"), "is told");
    eve.files.socket.stopReading();
    eve.files.says({ down_files: "everyone", files_type: "files", files_name: "big.bin" });
    for (let count = 0; count < 20; count++) {
      await alice.asks("send", { room: "lobby", text: `line ${count}` });
      await eve.chat.hears(`alice:line ${count}`);
    }
    eve.files.socket.readOn();
    assertEquals(md5((await eve.files.file()).bytes), md5(bytes));
  }));

Deno.test("persontalk ends: who does not read what is said is told why and gone, on all channels", () =>
  scene(async ({ server, program, native }) => {
    const eve = await program("eve");
    const alice = await native("alice");
    eve.chat.socket.stopReading();
    let gone = false;
    void alice.hearsAtLast({ event: "offline", nickname: "eve" }).then(() => gone = true);
    while (!gone) await alice.asks("send", { room: "lobby", text: "x".repeat(16_000) });
    for (const channel of [eve.first, eve.files]) {
      assertTrue((await channel.next()).startsWith("* You read too slowly"), "says why");
      await channel.isOver();
    }
    await connectionsAre(server, 1);
  }, { outboxBytesMax: 256 * 1024 }));

Deno.test("persontalk ends: malformed input ends its channel, or the program where it talks, and harms nobody else", () =>
  scene(async ({ program, channel }) => {
    const eve = await program("eve");
    for (const name of ["first", "files", "chat"] as const) {
      const bob = await program(`bob${name}`);
      await eve.chat.seesPeople(["eve", `bob${name}`], { up_line: `bob${name}` });
      bob[name].sends(encoder.encode("-5             {}"));
      const isTold = name === "chat" ? bob.chat : bob[name];
      const where = await bob.chat.next();
      assertTrue(where.startsWith("* Cannot read this"), where);
      assertTrue((await isTold.next()).startsWith("* What you sent can't be read"), "says why");
      await isTold.isOver();
      if (name !== "chat") {
        bob.chat.says("still here");
        await bob.chat.hearsNothing();
        await eve.chat.hears(`bob${name}:still here`);
        bob.chat.says({ login: 0 });
      }
      await eve.chat.seesPeople(["eve"], { down_line: `bob${name}` });
    }
    const unauthenticated = await channel();
    for (let count = 0; count < 3; count++) await isRefused(await channel("chat"));
    await unauthenticated.login(1, { user_name: "nobody", password: md5("nothing") }, 1);
  }));
