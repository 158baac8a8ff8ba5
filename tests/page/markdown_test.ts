/** Markdown in messages: what it shows, and that nothing else ever comes of any text. */
import { safeHref } from "../../client/web/markdown/syntax_tree.ts";
import { bidiIsolated } from "../../client/web/words/bidi.ts";
import { plainText } from "../../client/web/markdown/plain_text.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { shape } from "./markdown_shape.ts";

Deno.test("markdown: the marks of a chat mean what people expect", () => {
  assertEquals(shape("plain words"), "p(plain words)");
  assertEquals(shape("*a* _b_ **c** ~~d~~ `e*f*`"), "p(em(a) em(b) strong(c) del(d) code(e*f*))");
  assertEquals(shape("one\ntwo\n\nthree"), "p(one⏎two) p(three)");
  assertEquals(shape("- a\n- b\n  - c"), "ul(-:p(a) -:p(b) ul(-:p(c)))");
  assertEquals(shape("3. a\n7. b"), "ol(3:p(a) 7:p(b))");
  assertEquals(shape("> a\n> b\n\nc"), "quote(p(a⏎b)) p(c)");
  assertEquals(shape("```ts\nlet a = *1*;\n```"), "pre[ts](let a = *1*;)");
  assertEquals(shape("- [x] done\n- [ ] open"), "ul(-:p(☑ done) -:p(☐ open))");
  assertEquals(
    shape("__init__ is bold, `__init__` is not"),
    "p(strong(init) is bold, code(__init__) is not)",
  );
  assertEquals(shape("snake_case_name 2*3*4 a * b"), "p(snake_case_name 2*3*4 a * b)");
});

Deno.test("markdown: what people paste stays as they wrote it", () => {
  const written = [
    // paths and shares
    String.raw`\\server\share`,
    String.raw`C:\Users\_me\*.txt`,
    String.raw`\\files\_old\[x]\~tmp`,
    "~/a and ~/b, ~~ and ~~~x",
    // faces
    String.raw`¯\_(ツ)_/¯`,
    "*_* ~_~ -_- ^_^ (o_o) T_T >_<",
    // globs
    "src/*.ts and src/*.tsx",
    "*.ts, *.tsx and *.*",
    "ls *foo*.txt **/node_modules/** (*.ts|*.tsx)",
    '["src/*", "*.ts"] and "*", "*"',
    // formulas and patterns
    "5*3*2",
    "2*(a+1)*b*(c+2)*3",
    "5 * 3 * 2",
    String.raw`^\d+\.\*$ and \[error\] and [a-z]*[0-9]*`,
    // code
    "__init__.py",
    "snake_case_name and _private, __x",
    "f(*args, **kwargs) and g(*, a, *b)",
    "char **argv, int *a, *b; /* so */ //* so",
    "SELECT count(*), sum(*) FROM a",
    "a || b && c ** d",
    // words
    "*one sided and _so",
    "** a **, __ b __, ~~ c ~~",
    "é*s é*s ñ_o_ñ",
    "a \\ b \\\\ c \\n \\",
  ];
  for (const text of written) assertEquals(shape(text), `p(${text})`);
});

Deno.test("markdown: emphasis ends where words end, in every script", () => {
  assertEquals(
    shape("(*a*), *b*. *c*! \"*d*\" *e*: '_f_'"),
    "p((em(a)), em(b). em(c)! \"em(d)\" em(e): 'em(f)')",
  );
  assertEquals(
    shape('**C++** **50%** **Really?** *"so"*, *it\'s*'),
    'p(strong(C++) strong(50%) strong(Really?) em("so"), em(it\'s))',
  );
  assertEquals(
    shape("用**重点**呢，**「引」**后 👍**a**👍"),
    "p(用strong(重点)呢，strong(「引」)后 👍strong(a)👍)",
  );
  assertEquals(shape("中_强调_文 _强调_"), "p(中_强调_文 em(强调))");
  assertEquals(
    shape("**https://example.org/** **`a`**"),
    "p(strong(a[https://example.org/](https://example.org/)) strong(code(a)))",
  );
  assertEquals(shape("**שלום** *مرحبا*"), "p(strong(שלום) em(مرحبا))");
});

Deno.test("markdown: a backslash keeps a mark from being one, and is seen otherwise", () => {
  const pairs: [written: string, shown: string][] = [
    [String.raw`\*a\* \*b* *c\*`, "p(*a* *b* *c*)"],
    [String.raw`*a \*b* \_c_ \~~d~~`, "p(em(a *b) _c_ ~~d~~)"],
    [String.raw`\\*a* \\\*b*`, String.raw`p(\em(a) \*b*)`],
    ["\\`a`", "p(`a`)"],
    ["\\`b", "p(\\`b)"],
    [String.raw`\[a](https://example.org/)`, "p([a](a[https://example.org/](https://example.org/)))"],
    [String.raw`[a\](https://example.org/)`, "p([a](a[https://example.org/](https://example.org/)))"],
    ["\\> a", "p(> a)"],
    ["\\- a\n\\* b\n1\\. c", "p(- a⏎* b⏎1. c)"],
    [String.raw`\a \- \# \5`, String.raw`p(\a \- \# \5)`],
  ];
  for (const [written, shown] of pairs) assertEquals(shape(written), shown, written);
});

Deno.test("markdown: marks within marks, next to Chinese, and marks that nothing closes", () => {
  assertEquals(shape("***a*** **b *c* d**"), "p(em(strong(a)) strong(b em(c) d))");
  assertEquals(shape("**重点。**后面 _强调_"), "p(strong(重点。)后面 em(强调))");
  assertEquals(shape("**open and `code` here"), "p(**open and code(code) here)");
  assertEquals(shape("a ** b ** c ~d~ \\*e\\*"), "p(a ** b ** c ~d~ *e*)");
  assertEquals(shape("``a`b`` `open"), "p(code(a`b) `open)");
  assertEquals(
    shape("[*a* b](https://example.org) [open](x"),
    "p(a[https://example.org/](em(a) b) [open](x)",
  );
  assertEquals(shape("in\n2020. it was\n1. so"), "p(in⏎2020. it was) ol(1:p(so))");
  assertEquals(shape("> a\n> > b\n> - c\nd"), "quote(p(a) quote(p(b)) ul(-:p(c))) p(d)");
  assertEquals(shape("```\nopen\n> x"), "pre[](open\n> x)");
  assertEquals(
    shape("(https://example.org/a_(b))"),
    "p((a[https://example.org/a_(b)](https://example.org/a_(b))))",
  );
});

Deno.test("markdown: what belongs into documents stays as it was written", () => {
  assertEquals(shape("# no heading\nmore"), "p(# no heading⏎more)");
  assertEquals(shape("a\n---\nb"), "p(a⏎---⏎b)");
  assertEquals(shape("|a|b|\n|-|-|\n|c|d|"), "p(|a|b|⏎|-|-|⏎|c|d|)");
  assertEquals(shape("[a]: https://example.org"), "p([a]: a[https://example.org/](https://example.org))");
  assertEquals(shape("<b>x</b> &lt; &amp;"), "p(<b>x</b> &lt; &amp;)");
  assertEquals(shape("<script>alert(1)</script>"), "p(<script>alert(1)</script>)");
});

Deno.test("markdown: addresses become links, and end where the words go on", () => {
  assertEquals(
    shape("see https://example.org/a_b_c."),
    "p(see a[https://example.org/a_b_c](https://example.org/a_b_c).)",
  );
  assertEquals(
    shape("看https://example.org，你好"),
    "p(看a[https://example.org/](https://example.org)，你好)",
  );
  assertEquals(shape("[here](https://example.org)"), "p(a[https://example.org/](here))");
  assertEquals(shape("me@example.org"), "p(a[mailto:me@example.org](me@example.org))");
  assertEquals(shape("![cat](https://example.org/cat.png)"), "p(a[https://example.org/cat.png](cat))");
});

Deno.test("markdown: no address runs a script or leads into this page", () => {
  for (
    const href of [
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      "/files/1",
      "#/x",
      "blob:x",
      "file:///etc",
    ]
  ) {
    assertEquals(safeHref(href), undefined);
    assertEquals(shape(`[x](${href})`), `p([x](${href}))`);
    assertTrue(!shape(`<${href}>`).includes("a["), href);
  }
  assertEquals(shape("[x](java\nscript:alert(1))").includes("a["), false);
});

Deno.test("markdown: one line of plain words", () => {
  assertEquals(plainText("**a** [b](https://example.org)\n- c\n\n```\nd\n```"), "a b c d");
});

Deno.test("markdown: a fence around nothing stays as it was written", () => {
  assertEquals(shape("```"), "p(```)");
  assertEquals(shape("a\n```js"), "p(a) p(```js)");
  assertEquals(shape("~~~\n\n~~~\nb"), "p(~~~⏎~~~) p(b)");
  assertEquals(shape("> ```"), "quote(p(```))");
  assertEquals(plainText("```"), "```");
});

Deno.test("markdown: no mark that nobody sees turns a text around, or what stands behind it", () => {
  for (const mark of ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e"]) {
    assertEquals(shape(`a${mark}cd 123 \`e${mark}f\``), "p(acd 123 code(ef))");
    assertEquals(shape(`\`\`\`\na${mark}b\n\`\`\``), "pre[](ab)");
    assertEquals(plainText(`a${mark}b`), "ab");
  }
  assertEquals(shape("a \u2067b"), "p(a \u2067b\u2069)", "what begins ends");
  assertEquals(shape("a\u2069 b"), "p(a b)", "what never began ends nothing");
  assertEquals(shape("\u2068א\u2069 b"), "p(\u2068א\u2069 b)");
  assertEquals(bidiIsolated("a\u202eb"), "\u2068ab\u2069");
});
