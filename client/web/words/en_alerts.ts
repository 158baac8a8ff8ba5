/** English: what the page tells of by itself. */
import { countingIn } from "./catalogue.ts";

const { count } = countingIn("en");

/** The words. */
export const enAlerts = {
  newVersion: "A newer version of this page is here.",
  loadAnew: "Reload",
  /** Of what is loaded when it is needed. */
  partMissing:
    "This part of the page could not be loaded. The server may be out of reach, or have a newer page.",
  languageMissing: "The page could not be loaded in this language.",

  alerts: "Notifications",
  notify: "Show on the desktop",
  sound: "Play a sound",
  alertsHint: "For private messages and mentions, while you look elsewhere. Muted conversations stay silent.",
  notifyDenied: "This browser has been told not to show any for this page. Its own settings can allow it.",
  notifyMissing: "This browser shows none here. They need https.",
  /** `time`: day and time; `from`: a network address. */
  failedSignIns: (wrong: number, time: string, from: string) =>
    `Since you last signed in, ${
      count(wrong, { one: "wrong password was", other: "wrong passwords were" })
    } tried for your account, the last one ${time} from ${from}. If that was not you, choose a password that is hard to guess.`,
  /** `time`: day and time. */
  resetLinkMade: (by: string, time: string) =>
    `A link to a new password was made for your account (${by}, ${time}). If you did not ask for one, ask why.`,
  fromIn: (from: string, room: string) => `${from} in ${room}`,
  newestOf: (text: string, messages: number) => `${text} (${messages} new)`,
  newInPlaces: (messages: number, targets: number) =>
    `${count(messages, { one: "new message", other: "new messages" })} in ${targets} conversations`,
} as const;
