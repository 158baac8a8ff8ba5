/** What somebody shows of themselves besides their nickname. */

/** How somebody is not to be counted on, who is online. */
export const AVAILABILITIES = ["away", "do_not_disturb"] as const;
/** One of {@link AVAILABILITIES}. */
export type Availability = typeof AVAILABILITIES[number];

/** Which letters somebody wants about what they missed. */
export const MISSED_MAIL = ["never", "without_text", "with_text"] as const;
/** One of {@link MISSED_MAIL}. */
export type MissedMailLevel = typeof MISSED_MAIL[number];

/** What somebody is doing just now, in their own words. */
export interface Status {
  /** One emoji. */
  emoji?: string;
  text?: string;
  /** From when on it counts no longer; milliseconds since 1970. */
  until?: number;
}

/** What an account shows. What it does not say is not there. */
export interface Profile {
  availability?: Availability;
  status?: Status;
  /** Names the picture, which is at `/avatars/ID`; another picture has another name. */
  avatar?: string;
}

/** Somebody in the directory, or whose nickname was asked for. */
export interface ListedPerson extends Profile {
  nickname: string;
  person: string;
  guest?: true;
  online?: true;
  /** Of somebody online, the rooms in which whoever asks is too, where that was asked. */
  rooms?: string[];
}

/** A profile without a status that is over. */
export function profileAt({ status, ...rest }: Profile, now: number): Profile {
  return { ...rest, ...(status && (status.until ?? Infinity) > now && { status }) };
}
