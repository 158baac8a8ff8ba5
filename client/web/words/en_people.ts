/** English: who people are, and what one shows of oneself. */
import { countingIn } from "./catalogue.ts";

const { count } = countingIn("en");

/** The words. */
export const enPeople = {
  directory: "Everybody here",
  findAnybody: "Find somebody by nickname",
  nobodyFound: "Nobody with an account is called so.",
  onlineGuests: "Guests who are online",
  showMorePeople: "Show more",
  peopleShown: (people: number) => count(people, { one: "person", other: "people" }),

  profile: "Your profile",
  picture: "Picture",
  choosePicture: "Choose a picture",
  removePicture: "Remove the picture",
  pictureNote: "Everybody sees it. It is cropped to a square here, before it is sent.",
  noPicture: "This can't be shown as a picture.",
  nicknameNote: "What you wrote before keeps the name that you had.",
  saveNickname: "Change nickname",
  availability: "I am",
  available: "Available",
  awayShort: "Away",
  doNotDisturbShort: "Not to be disturbed",
  doNotDisturbNote: "Without sounds and notifications.",
  status: "Status",
  statusEmoji: "Emoji of the status",
  statusText: "What are you doing?",
  statusEnds: "Ends",
  endsNever: "When I remove it",
  endsIn: {
    half: "In half an hour",
    hour: "In an hour",
    four: "In four hours",
    today: "Tonight",
    week: "In a week",
  },
  saveStatus: "Show status",
  removeStatus: "Remove status",
  statusShown: "Everybody sees your status.",
  statusRemoved: "No status is shown.",

  mailAddress: "Email",
  noMailAddress: "None: a forgotten password can't be reset.",
  changeMail: "Change email",
  newMailAddress: "New email",
  yourPassword: "Your password",
  mailChanged: "Your email is changed.",
  mailWaits: (address: string) => `A code was sent to ${address}. Type it here, and the address counts.`,
  confirmMail: "Confirm",
  wrongPassword: "This is not your password.",

  missedLetters: "Letters about what you missed",
  missedLettersWhich: "Send them",
  missedLevels: { never: "Never", without_text: "Without texts", with_text: "With texts" },
  missedLettersNote:
    "Private messages and mentions that stand unread for 15 minutes, one letter an hour at most.",

  block: "Block",
  unblock: "Unblock",
  unblockPerson: (nickname: string) => `Unblock ${nickname}`,
  blocked: "Blocked people",
  blockedMark: "Blocked",
  blockedNote: "Nothing private of theirs reaches you, and they are not told.",
  nobodyBlocked: "You block nobody.",

  takeAlong: "Your data",
  takeAlongNote:
    "What you wrote, where you may read it, what is private with you, your files and your account, in one file.",
  deleteAccount: "Delete account",
  deleteAccountNote: "For good, and at once. Your names are free for others then.",
  deleteForGood: "Delete for good",
  deletedAccount: "Deleted account",
  guestProfileNote: "Guests have a nickname and nothing else. Sign out and create an account to show more.",
};
