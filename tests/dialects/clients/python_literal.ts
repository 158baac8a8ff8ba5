/** A list of strings in Python's own notation, read as `ast.literal_eval` reads it, and by Python itself where there is one. */

const NAMED: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The strings of a list. @throws Error where Python would raise a SyntaxError or ValueError */
export function readPythonList(text: string): string[] {
  const items: string[] = [];
  let at = 0;
  const expect = (wanted: string) => {
    if (!text.startsWith(wanted, at)) throw new Error(`no ${wanted} at ${at} of ${text}`);
    at += wanted.length;
  };
  expect("[");
  while (text[at] !== "]") {
    if (items.length > 0) expect(", ");
    const [item, end] = readString(text, at);
    items.push(item);
    at = end;
  }
  expect("]");
  if (at < text.length) throw new Error(`more than a list: ${text.slice(at)}`);
  return items;
}

function readString(text: string, start: number): [string, number] {
  const quote = text[start];
  if (quote !== "'" && quote !== '"') throw new Error(`no string at ${start} of ${text}`);
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]!;
    if (char === quote) return [value, at + 1];
    if (char === "\n" || char === "\r" || char === "\0") throw new Error(`a bare ${JSON.stringify(char)}`);
    if (char !== "\\") {
      value += char;
      continue;
    }
    const escape = text[++at] ?? "";
    const digits = HEX_DIGITS[escape];
    if (digits !== undefined) {
      const code = text.slice(at + 1, at + 1 + digits);
      if (!/^[0-9a-f]+$/i.test(code) || code.length < digits) {
        throw new Error(`bad escape \\${escape}${code}`);
      }
      value += String.fromCodePoint(parseInt(code, 16));
      at += digits;
    } else if (escape in NAMED) value += NAMED[escape];
    else throw new Error(`unknown escape \\${escape}`);
  }
  throw new Error(`a string without an end in ${text}`);
}

const PROGRAM = `
import ast, json, sys
for line in sys.stdin.buffer.read().decode("utf-8").split("\\x00"):
    print(json.dumps(ast.literal_eval(line)))
`;

/** The same lists by Python; undefined when this machine has none. */
export async function readWithPython(texts: readonly string[]): Promise<string[][] | undefined> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command("python3", { args: ["-c", PROGRAM], stdin: "piped", stdout: "piped" }).spawn();
  } catch {
    return undefined;
  }
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(texts.join("\0")));
  await writer.close();
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout).trimEnd().split("\n").map((line) => JSON.parse(line));
}
