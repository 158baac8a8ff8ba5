/** The repository's own files and what stands in them, for the tests of the house rules. */
import { dirname, join, normalize } from "node:path";

/** Where the repository is. */
export const ROOT = join(import.meta.dirname!, "../..");

/** One file: its path from the root, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const IGNORED = Deno.readTextFileSync(join(ROOT, ".gitignore")).split("\n").filter((line) => line !== "")
  .map((line) => line.replaceAll(/^\/|\/$/g, ""));

/** Every path below a folder, except what git ignores; folders end in "/". */
export function pathsBelow(folder = ""): string[] {
  const entries = Array.from(
    Deno.readDirSync(join(ROOT, folder)),
    (entry) => ({ ...entry, path: `${folder}${entry.name}` }),
  );
  return entries
    .filter(({ name, path }) => name !== ".git" && !IGNORED.includes(name) && !IGNORED.includes(path))
    .flatMap(({ path, isDirectory }) => isDirectory ? [`${path}/`, ...pathsBelow(`${path}/`)] : [path])
    .sort();
}

/** Every file whose name ends in one of these. */
export function filesEndingIn(...ends: string[]): SourceFile[] {
  return pathsBelow().filter((path) => ends.some((end) => path.endsWith(end)))
    .map((path) => ({ path, text: Deno.readTextFileSync(join(ROOT, path)) }));
}

/** What a program imports: paths from the root for its own files, else as written. */
export function importsOf({ path, text }: SourceFile): string[] {
  const code = withoutComments(text);
  const written = [
    ...code.matchAll(/^(?:import|export)\s[^;]*?from\s+["']([^"']+)["']/gm),
    ...code.matchAll(/^import\s+["']([^"']+)["']/gm),
    ...code.matchAll(/\b(?:import|require)\(\s*["']([\w@./:-]+)["']/g),
    ...code.matchAll(/new URL\(\s*["'](\.[^"']+\.tsx?)["'],\s*import\.meta\.url/g),
    ...text.matchAll(/^\s*\/\/ @ts-types="([^"]+)"/gm),
  ].map(([, specifier]) => specifier!);
  return written.map((specifier) =>
    specifier.startsWith(".") ? normalize(join(dirname(path), specifier)) : specifier
  );
}

/** What a program imports of its own repository, name by name. */
export interface Import {
  /** A path from the root. */
  readonly from: string;
  /** "*": all of it, or what it does when it is loaded. */
  readonly names: readonly string[];
  /** Only its types: it is not loaded for this. */
  readonly isType: boolean;
}

/** A program's imports of the repository's own files. */
export function namedImportsOf({ path, text }: SourceFile): Import[] {
  const code = withoutComments(text);
  const from = (specifier: string) => normalize(join(dirname(path), specifier));
  const named = Array.from(
    code.matchAll(
      /^(?:import|export)\s+(type\s+)?(?:(\*)[^;]*?|\w+\s*,?\s*|)(?:\{([^}]*)\}\s*)?from\s+"(\.[^"]+)"/gm,
    ),
    ([, type, all, braces = "", specifier]): Import => {
      const names = braces.split(",").map((name) => name.trim()).filter((name) => name !== "");
      return {
        from: from(specifier!),
        names: all || names.length === 0
          ? ["*"]
          : names.map((name) => name.replace(/^type\s+/, "").split(/\s/)[0]!),
        isType: type !== undefined || (names.length > 0 && names.every((name) => /^type\s/.test(name))),
      };
    },
  );
  const whole = [
    ...code.matchAll(/^import\s+"(\.[^"]+)"/gm),
    ...code.matchAll(/\bimport\(\s*"(\.[^"]+)"/g),
    ...code.matchAll(/new URL\(\s*"(\.[^"]+\.tsx?)",\s*import\.meta\.url/g),
  ].map(([, specifier]): Import => ({ from: from(specifier!), names: ["*"], isType: false }));
  return [...named, ...whole];
}

/** The names that a program exports. */
export function exportsOf({ text }: SourceFile): string[] {
  const code = withoutComments(text);
  return Array.from(
    code.matchAll(
      /^export\s+(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?(?:function\*?|class|interface|type|const|let|enum)\s+(\w+)/gm,
    ),
    ([, name]) => name!,
  );
}

// Strings are matched so that what looks like a comment in one is none.
const STRING_OR_COMMENT =
  /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[^]*?\*\/|(?<=^|\s)\/\/[^\n]*/gm;

/** A program's text with its comments blanked out; line numbers stay. */
export function withoutComments(text: string): string {
  return text.replaceAll(
    STRING_OR_COMMENT,
    (found) => found.startsWith("/") ? found.replaceAll(/[^\n]/g, " ") : found,
  );
}

/** A program's comments alone. */
export function commentsOf(text: string): string {
  const found = Array.from(text.matchAll(STRING_OR_COMMENT), ([each]) => each);
  return found.filter((each) => each.startsWith("/")).join("\n");
}

/** `path:line` of every match. */
export function placesOf(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    Array.from(text.matchAll(pattern), ({ index }) => `${path}:${text.slice(0, index).split("\n").length}`)
  );
}
