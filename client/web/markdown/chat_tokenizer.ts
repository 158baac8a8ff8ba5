/**
 * Marked's tokenizer without what a chat has no use for: headings, rules, tables, HTML, footnotes of links, and
 * code by indentation stay the text that they are.
 */
import { Tokenizer, type Tokens } from "marked";

/** Where an address ends in a text that puts no spaces around it. */
const ADDRESS_END = /[\s<，。；：！？、（）《》〈〉「」『』【】“”‘’…]/u;

/** Reads what people write in a chat. */
export class ChatTokenizer extends Tokenizer {
  override heading(): undefined {}
  override lheading(): undefined {}
  override hr(): undefined {}
  override table(): undefined {}
  override html(): undefined {}
  override tag(): undefined {}
  override def(): undefined {}
  override code(): undefined {}

  override url(source: string): Tokens.Link | undefined {
    const end = source.search(ADDRESS_END);
    return super.url(end === -1 ? source : source.slice(0, end));
  }
}
