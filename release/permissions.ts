/**
 * What the program may do, whichever way it is made: `deno task start`, `deno task compile` and `deno task
 * portable` all give it these flags. It starts no other program and loads no library and no module, and of the
 * environment it sees its own variables, where its user's files are and how to draw on a terminal: for it and its
 * packages the others are not there.
 */

/** The variables that the program sees. */
export const VARIABLES: readonly string[] = [
  "SWITCHBOARD_*",
  "APPDATA",
  "CLICOLOR_FORCE",
  "FORCE_COLOR",
  "HOME",
  "NO_COLOR",
  "TERM",
  "USERPROFILE",
  "XDG_CONFIG_HOME",
];

/** The flags. */
export const PERMISSIONS: readonly string[] = [
  // Which addresses, and which mail server, its options say.
  "--allow-net",
  // Where its data is, and which files somebody sends or keeps, its options say.
  "--allow-read",
  "--allow-write",
  `--allow-env=${VARIABLES.join(",")}`,
  "--ignore-env",
  // The first two are for mail, the third for room on the disk.
  "--allow-sys=hostname,networkInterfaces,statfs",
  "--deny-import",
  "--no-prompt",
];
