/** Bounds so small that a simulation meets them. */
import { LIMITS } from "../../server/core/shared/limits.ts";

const SMALL = {
  connectionsPerNicknameMax: 3,
  tokensPerAccountMax: 3,
  replayEventsMax: 6,
  missedEventsMax: 60,
  missedAtOnceMax: 3,
  textBytesAtOnceMax: 50,
  roomMembersMax: 5,
  roomsPerPersonMax: 3,
  roomsMadePerPersonMax: 2,
  waitingMessagesMax: 9,
  waitingPerSenderMax: 5,
  waitingOfGuestsMax: 4,
  messagesEndedAtOnceMax: 2,
} satisfies Partial<{ [K in keyof typeof LIMITS]: number }>;

/** Does something while the bounds are small. */
export function withSmallLimits<Result>(work: () => Result): Result {
  const before = { ...LIMITS };
  Object.assign(LIMITS, SMALL);
  try {
    return work();
  } finally {
    Object.assign(LIMITS, before);
  }
}
