/** The file of a message, as far as whoever looks may have it: itself, an offer, or what became of it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { FileInfo, Message, OfferState } from "../../../server/core/shared/events.ts";
import { useChat } from "../chat/chat_context.ts";
import { RequestError } from "../../connection/request_error.ts";
import type { Conversation } from "../state/conversation.ts";
import { preferences } from "../state/preferences.ts";
import { personInWords, words } from "../words.ts";
import { formatBytes } from "./format.ts";
import { FileCard, FolderCard } from "./file_cards.tsx";
import { iconOfType, kindOfFile } from "./file_kind.ts";
import { FileLine } from "./file_line.tsx";

interface FileMessageProps {
  message: Message;
  file: FileInfo;
  conversation: Conversation;
  mine: boolean;
}

/** How an offer is shown to whoever made it, and to whom it was made. */
const VIEWS: Record<OfferState, Record<"mine" | "theirs", "file" | "question" | "lost">> = {
  waiting: { mine: "file", theirs: "question" },
  accepted: { mine: "file", theirs: "file" },
  refused: { mine: "lost", theirs: "lost" },
};

export function FileMessage({ message, file, conversation, mine }: FileMessageProps) {
  const gone = useSignal(false);
  if (gone.value || file.gone) return <LostCard file={file} why={words.fileGone} />;
  const view = file.offer === undefined ? "file" : VIEWS[file.offer][mine ? "mine" : "theirs"];
  if (view === "lost") {
    return <LostCard file={file} why={mine ? words.offerRefused(conversation.name) : words.youRefused} />;
  }
  if (view === "question") {
    return <Offered message={message} file={file} conversation={conversation} />;
  }
  return (
    <>
      {kindOfFile(file) === "folder"
        ? <FolderCard file={file} />
        : <FileCard file={file} onGone={() => gone.value = true} />}
      {mine && file.offer && <OfferNote file={file} to={conversation.name} />}
    </>
  );
}

/** What waits for one's word, or is taken at once: when it is seen, so that nobody takes what they never look at. */
function Offered({ message, file, conversation }: Omit<FileMessageProps, "mine">) {
  const chat = useChat();
  const asks = useSignal(false);
  const isAsked = asks.value || asksBefore(message, chat.guest);
  useEffect(() => {
    if (isAsked) return;
    // Another page of one's own may have answered: then that is told.
    conversation.answer(file.id, true).catch((error) => {
      asks.value = !(error instanceof RequestError && error.code === "already_answered");
    });
  }, [file.id, isAsked]);
  if (isAsked) {
    return (
      <OfferCard file={file} from={personInWords(message.from, message.guest)} conversation={conversation} />
    );
  }
  return (
    <div class="file">
      <FileLine icon={iconOfType(file.type, file.name)} name={file.name} note={words.loading} />
    </div>
  );
}

/** Whether one wants to be asked first; `guest`: one is a guest oneself. */
function asksBefore(message: Message, guest: boolean): boolean {
  const { askBefore } = preferences.value;
  return askBefore === undefined ? guest || message.guest === true : askBefore === "everybody";
}

function OfferCard(
  { file, from, conversation }: { file: FileInfo; from: string; conversation: Conversation },
) {
  const chat = useChat();
  const busy = useSignal(false);
  const answer = async (accepted: boolean) => {
    if (busy.value) return;
    busy.value = true;
    await chat.attempt(() => conversation.answer(file.id, accepted));
    busy.value = false;
  };
  return (
    <div class="file file-offer" role="group" aria-label={words.offeredFile(from, file.name)}>
      <p>{words.offered(from)}</p>
      <FileLine icon={iconOfType(file.type, file.name)} name={file.name} note={formatBytes(file.size)} />
      <div class="file-answers">
        <button type="button" class="button" aria-disabled={busy.value} onClick={() => void answer(true)}>
          {words.accept}
        </button>
        <button
          type="button"
          class="button button-quiet"
          aria-disabled={busy.value}
          onClick={() => void answer(false)}
        >
          {words.refuse}
        </button>
      </div>
    </div>
  );
}

/** How it stands with what one has offered. */
function OfferNote({ file, to }: { file: FileInfo; to: string }) {
  const { fetched } = useChat();
  if (file.offer === "waiting") return <p class="offer-note">{words.offerWaits(to)}</p>;
  const done = fetched.value.has(file.id);
  return <p class="offer-note offer-good">{done ? words.fetchedBy(to) : words.offerAccepted(to)}</p>;
}

/** A file that nobody can have any more. */
function LostCard({ file, why }: { file: FileInfo; why: string }) {
  return (
    <div class="file file-lost">
      <FileLine icon={iconOfType(file.type, file.name)} name={file.name} note={why} />
    </div>
  );
}
