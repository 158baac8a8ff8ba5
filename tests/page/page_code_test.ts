/** Blocks of code: their width, their colours, and what can be done with them. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest } from "../support/browser.ts";
import { guestOf } from "./page_scene.ts";

pageTest(
  "code has its colours, the width there is, and is wrapped and copied",
  async ({ person, server }) => {
    const [alice, bob] = [await person("alice", "#/guest"), await guestOf(server, "bob")];
    const asked: string[] = [];
    alice.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await alice.comesAsGuest();
    const says = (text: string) => bob.ask("send", { room: "lobby", text });
    await says("no code yet");
    await alice.reads("no code yet");
    assertEquals(asked.filter((path) => path.includes("highlight")), [], "it is loaded when it is needed");

    const code = `const answer = "42"; // ${"long ".repeat(60)}`;
    await says(`look:\n\`\`\`TS\n${code}\n\`\`\``);
    const block = alice.page.locator(".code");
    await block.locator(".code-kwd", { hasText: "const" }).waitFor();
    await block.locator(".code-str", { hasText: '"42"' }).waitFor();
    await block.locator(".code-cmnt").waitFor();
    assertEquals(await block.locator("code").textContent(), code, "the colours change no letter");
    const widths = await block.evaluate((
      each,
    ) => [each.clientWidth, each.closest(".message-body")!.clientWidth]);
    assertTrue(Math.abs(widths[0]! - widths[1]!) < 4, `the block is ${widths[0]} px of ${widths[1]}`);

    const scrolls = () => block.locator("pre").evaluate((pre) => pre.scrollWidth > pre.clientWidth);
    assertEquals(await scrolls(), true);
    const wrap = block.getByRole("button", { name: "Wrap long lines" });
    await wrap.focus();
    await alice.page.keyboard.press("Enter");
    await block.getByRole("button", { name: "Wrap long lines", pressed: true }).waitFor();
    assertEquals(await scrolls(), false);
    await alice.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await block.getByRole("button", { name: "Copy the code" }).click();
    await block.getByRole("button", { name: "Copied" }).waitFor();
    assertEquals(await alice.page.evaluate(() => navigator.clipboard.readText()), code);

    // A language that nobody knows, none at all, and names that every object has.
    for (const language of ["brainstorm", "", "constructor", "__proto__"]) {
      await says(`\`\`\`${language}\n<b>plain ${language}</b>\n\`\`\``);
      const plain = alice.page.locator(".code", { hasText: `<b>plain ${language}</b>` });
      await plain.waitFor();
      assertEquals(await plain.locator("code > *").count(), 0);
    }
    bob.close();
  },
);
