/** One row of the log. It is drawn anew only when its row is another one. */
import { Component } from "preact";
import { TransferBubble } from "../files/transfer_bubble.tsx";
import type { Conversation } from "../state/conversation.ts";
import type { Row } from "../state/message_rows.ts";
import { words } from "../words.ts";
import { DayLine } from "./day_line.tsx";
import { isCompact } from "./layout.ts";
import { MessageBubble } from "./message_bubble.tsx";
import { OutgoingBubble } from "./outgoing_bubble.tsx";

/** What a {@link MessageRowView} is given. */
interface MessageRowViewProps {
  row: Row;
  conversation: Conversation;
  /** Whether Tab leads to it. */
  active: boolean;
  onActive(id: string): void;
}

export class MessageRowView extends Component<MessageRowViewProps> {
  override shouldComponentUpdate({ row, active }: MessageRowViewProps): boolean {
    return row !== this.props.row || active !== this.props.active;
  }

  render({ row, conversation, active, onActive }: MessageRowViewProps) {
    switch (row.kind) {
      case "day":
        return <DayLine at={row.at} />;
      case "new":
        return <NewLine />;
      case "outgoing":
        return <OutgoingBubble outgoing={row.outgoing} conversation={conversation} first={row.first} />;
      case "transfer":
        return <TransferBubble transfer={row.transfer} compact={isCompact(conversation.place)} />;
      case "message":
        return <MessageBubble row={row} conversation={conversation} active={active} onActive={onActive} />;
    }
  }
}

/** The line before what has come since one last looked. */
function NewLine() {
  return (
    <p class="new-line">
      <span>{words.newSince}</span>
    </p>
  );
}
