/** A subcommand whose words may begin with a dash: a text such as "- milk", a path such as "-5 degrees.txt". */
import { Command, type ParseOptionsResult } from "commander";

/** What somebody means as an option, known or not. */
const OPTION = /^-(?:[a-z0-9?]+|-[a-z][\w-]*(?:=[^]*)?)$/i;

const HELP = ["-h", "--help"];

/** Takes what can't be an option for one of its words. */
export class WordyCommand extends Command {
  override parseOptions(args: string[]): ParseOptionsResult {
    const { operands, unknown } = super.parseOptions(args);
    const end = unknown.indexOf("--");
    const loose = end === -1 ? unknown : unknown.slice(0, end);
    if (loose.some((word) => HELP.includes(word))) return { operands, unknown };
    const odd = loose.find((word) => OPTION.test(word));
    if (odd !== undefined) {
      this.error(`error: unknown option '${odd}'; words that begin with a dash stand behind "--"`, {
        code: "commander.unknownOption",
      });
    }
    const words = end === -1 ? [] : unknown.slice(end + 1);
    return { operands: [...operands, ...loose, ...words], unknown: [] };
  }
}
