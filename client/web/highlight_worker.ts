/**
 * Finds the words, numbers and comments of code beside the page: its expressions meet what anybody has written, and one
 * that takes long holds up nobody here. Bundled by itself; see markdown/highlighting.ts.
 */
import { type ShjLanguageData, type ShjToken, tokenizeWith } from "@speed-highlight/core/tokenize";
import bash from "@speed-highlight/core/languages/bash.js";
import c from "@speed-highlight/core/languages/c.js";
import css from "@speed-highlight/core/languages/css.js";
import diff from "@speed-highlight/core/languages/diff.js";
import docker from "@speed-highlight/core/languages/docker.js";
import go from "@speed-highlight/core/languages/go.js";
import html from "@speed-highlight/core/languages/html.js";
import ini from "@speed-highlight/core/languages/ini.js";
import java from "@speed-highlight/core/languages/java.js";
import js from "@speed-highlight/core/languages/js.js";
import json from "@speed-highlight/core/languages/json.js";
import lua from "@speed-highlight/core/languages/lua.js";
import make from "@speed-highlight/core/languages/make.js";
import py from "@speed-highlight/core/languages/py.js";
import rs from "@speed-highlight/core/languages/rs.js";
import sql from "@speed-highlight/core/languages/sql.js";
import toml from "@speed-highlight/core/languages/toml.js";
import ts from "@speed-highlight/core/languages/ts.js";
import xml from "@speed-highlight/core/languages/xml.js";
import yaml from "@speed-highlight/core/languages/yaml.js";

/** What the page says: code, and what stands behind its fence. */
export interface CodeRequest {
  job: number;
  text: string;
  language: string;
}

/** A piece of the code, and what kind it is of. All pieces together are the code. */
export type CodePiece = readonly [text: string, kind?: ShjToken];

/** What it hears; no pieces: the language is not known. */
export interface CodeResponse {
  job: number;
  pieces?: readonly CodePiece[];
}

const LANGUAGES: Record<string, ShjLanguageData> = {
  ...{
    bash,
    c,
    css,
    diff,
    docker,
    go,
    html,
    ini,
    java,
    js,
    json,
    lua,
    make,
    py,
    rs,
    sql,
    toml,
    ts,
    xml,
    yaml,
  },
  ...{
    sh: bash,
    shell: bash,
    zsh: bash,
    console: bash,
    cpp: c,
    "c++": c,
    h: c,
    hpp: c,
    cs: java,
    kotlin: java,
  },
  ...{ patch: diff, dockerfile: docker, golang: go, htm: html, svg: xml, javascript: js, jsx: js, mjs: js },
  ...{ makefile: make, python: py, rust: rs, typescript: ts, tsx: ts, yml: yaml, jsonc: json },
};

addEventListener("message", ({ data: { job, text, language } }: MessageEvent<CodeRequest>) => {
  const name = language.toLowerCase();
  const pieces: CodePiece[] = [];
  if (!Object.hasOwn(LANGUAGES, name)) return tell({ job });
  tokenizeWith(text, LANGUAGES[name]!, (piece, kind) => void pieces.push([piece, kind]), {
    languages: LANGUAGES,
  });
  tell({ job, pieces });
});

function tell(told: CodeResponse): void {
  postMessage(told);
}
