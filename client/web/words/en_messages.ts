/** English: messages, and where one writes them. */

/** The words. */
export const enMessages = {
  messages: "Messages",
  write: (name: string) => `Message ${name}`,
  send: "Send",
  sending: "Sending…",
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
} as const;
