/** All commands of the chat, by name. */
import type { ChatCommand } from "./chat_command.ts";
import { FILES } from "./commands_files.ts";
import { INVITATIONS } from "./commands_invitations.ts";
import { ORDER } from "./commands_order.ts";
import { PEOPLE } from "./commands_people.ts";
import { ROOMS } from "./commands_rooms.ts";
import { SELF } from "./commands_self.ts";
import { TALK } from "./commands_talk.ts";
import { padded, withMargin } from "./layout.ts";

const HELP: ChatCommand = {
  usage: "[COMMAND]",
  help: "what can be typed",
  local: true,
  completes: ["command"],
  run(chat, args) {
    const name = args.next()?.replace(/^\//, "");
    const one = name === undefined ? undefined : commandNamed(name);
    if (name !== undefined && !one) return chat.ui.showError(`there is no /${name}`);
    const shown = one ? [[name!, one] as const] : [...COMMANDS];
    const heads = shown.map(([each, { usage }]) => `/${each} ${usage}`.trimEnd());
    const width = Math.min(26, Math.max(...heads.map((head) => head.length)));
    const { columns } = chat.ui.screen;
    chat.ui.showLines(
      shown.map(([, { help }], at) => withMargin(`${padded(heads[at]!, width)}  `, help, columns)),
    );
    if (!one) chat.ui.showLines(KEYS);
  },
};

const KEYS = [
  "",
  "Anything else is said to whom you look at; //word says /word. #7 is a message or file by its number.",
  "Several lines: \\ at a line's end, Alt-Enter, or paste. Tab completes. Alt-1 to Alt-9 are the windows, Alt-A is " +
  "the next one with news. Ctrl-C empties the line, and ends on an empty one when pressed twice; so does Ctrl-D. " +
  "Ctrl-L redraws.",
];

/** Name → command, in the order of /help. */
export const COMMANDS: ReadonlyMap<string, ChatCommand> = new Map(
  Object.entries({ ...TALK, ...ROOMS, ...ORDER, ...INVITATIONS, ...PEOPLE, ...FILES, ...SELF, help: HELP }),
);

const OTHER_NAMES: Record<string, string> = {
  exit: "quit",
  q: "quit",
  w: "window",
  win: "window",
  query: "msg",
  part: "leave",
  enter: "join",
  "?": "help",
};

/** The command of a name, or of another name for it. */
export function commandNamed(name: string): ChatCommand | undefined {
  return COMMANDS.get(OTHER_NAMES[name] ?? name);
}
