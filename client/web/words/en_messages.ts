/** English: messages, and where one writes them. */
import { countingIn } from "./catalogue.ts";

const { number } = countingIn("en");

/** The words. */
export const enMessages = {
  messages: "Messages",
  write: (name: string) => `Message ${name}`,
  send: "Send",
  sending: "Sending…",
  waitedLong: "It has waited for more than a day.",
  notSent: "Not sent.",
  edited: "edited",
  recalled: "Message recalled",
  recall: "Recall",
  recallSure: "Recall for everyone?",
  loadOlder: "Load older messages",
  loading: "Loading…",
  beginning: "This is where the conversation begins.",
  quiet: "Nothing here yet. Say hello.",
  latest: "Latest messages",
  today: "Today",
  yesterday: "Yesterday",
  said: (from: string, text: string) => `${from}: ${text}`,
  sent: (from: string, name: string) => `${from} sent ${name}`,
  newSince: "New",
  messageOf: (from: string, time: string) => `${from}, ${time}`,
  type: (names: string, count: number) => count === 1 ? `${names} is writing…` : `${names} are writing…`,
  manyType: (count: number) => `${number(count)} people are writing…`,
} as const;
