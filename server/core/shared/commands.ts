/**
 * Every thing that can be asked of Switchboard, in one closed map. Who reads this file, `events.ts` and
 * `limits.ts` knows what the service does. The server's dialects decode into it, the clients encode from it.
 * It knows no wire format. The meaning of each field is documented in docs/protocol.md.
 */
import type { Availability, ListedPerson, MissedMailLevel, Profile } from "./profile.ts";
import type { Settings } from "./settings.ts";
import type { NotificationLevel, Ownership, Role, RoomSettings } from "./room_settings.ts";
import type { FileGroup, FileInfo, ListedFile, Message, MessageKind, StoredEvent } from "./events.ts";

/** What signing in answers, however it was done. */
export interface SignedIn {
  nickname: string;
  /** The secret that `resume` takes; shown once, stored hashed. */
  token: string;
  /** The name of the database: a token and a `seq` mean nothing in another one. */
  epoch: string;
  /** The `seq` of the last stored event before this answer; everything later arrives by itself. */
  last: number;
  /** The rooms that the nickname is in now, the lobby among them. */
  rooms: string[];
  /** One runs the server together with its operator: the op `admin` is there for one. */
  admin?: true;
  /** One may make invitations by link. */
  invites?: true;
  /** Wrong passwords that were tried for the account since the last sign-in; told once. */
  failed?: FailedSignIns;
  /** Somebody else has made a link to a new password for the account; told once. */
  reset_link?: ResetLink;
  /** Where the pages of the cluster's other nodes are: one's session goes on there when this node is gone. */
  nodes?: readonly string[];
  /** How many other nodes there are, with such an address or without: whoever comes again after a loss may come to one. */
  other_nodes?: number;
}

/** Wrong passwords: how many, when the last one was tried (milliseconds since 1970) and from which address. */
export interface FailedSignIns {
  count: number;
  at: number;
  from: string | null;
}

/** When a link to a new password was made (milliseconds since 1970), and by which administrator; null: the operator. */
export interface ResetLink {
  at: number;
  by: string | null;
}

/** One room as `rooms` lists it. */
export interface RoomSummary {
  room: string;
  /** How many nicknames are in it now. */
  members: number;
  owner: string | null;
  ephemeral: boolean;
  topic?: string;
  /** One of one's own that nobody else sees. */
  private?: true;
  archived?: true;
  /** An announcement room. */
  writing?: "moderators";
}

/** Who is in a room, and how it is set, where that is not as with a new one. */
export interface RoomState extends Partial<RoomSettings> {
  room: string;
  /** Nicknames, the longest-present first. */
  members: string[];
  /** Those of them who have no account. */
  guests: string[];
  /** Whose it is: of a private room the first of its owners. */
  owner: string | null;
  /** What they may do; asked only by dialects that show it, and nothing that JSON holds. */
  ownership?: () => Ownership;
  /** What whoever made it is called, where that gives them an owner's place. As with `ownership`. */
  maker?: () => string | undefined;
  /** When what one has read last was said, milliseconds since 1970; null: nothing was read. As with `ownership`. */
  readAt?: () => number | null;
  /** What whoever gave it its topic is called, and when that was. As with `ownership`. */
  topicSet?: () => { by: string; at: number } | null;
  ephemeral: boolean;
  /** Members with accounts who are not online, by nickname; `more_absent`: how many there are besides. */
  absent?: string[];
  more_absent?: number;
  /** Those who were given a place, online or not. */
  owners?: string[];
  moderators?: string[];
  /** Who was invited and has not come, for those who may invite. */
  invited?: string[];
  /** One's own place, where it is more than a member's: an administrator has an owner's in an open room. */
  role?: Role;
  /** Until when one may not speak. */
  muted?: number;
  /** Whoever is in it may call everybody at once (`@room`), not its moderators and owners alone. */
  calls?: "everybody";
  /** Days that messages are kept here, by the room's setting and the server's; without it for ever. */
  kept_days?: number;
}

/** A conversation as a request names it: a room, or everything private with whoever has a nickname, or with one person. */
export interface ConversationName {
  room?: string;
  with?: string;
  /** An id that `conversations` or `search` gave: it finds whom the nickname does not lead to any more. */
  person?: string;
}

/** A conversation as a list shows it. */
export interface ConversationSummary {
  /** How many messages of others came since one's own mark (in a room without one: since entering), looking at the newest 100. */
  unread: number;
  /** The id of one's own mark. */
  read: string | null;
  last: {
    id: string;
    seq: number;
    at: number;
    from: string;
    now?: string;
    guest?: true;
    kind: MessageKind;
    /** Its first 200 characters. */
    text: string;
    recalled?: true;
    /** The name of its file. */
    file?: string;
  } | null;
}

/** A right to come back without a password, as its owner sees it. */
export interface SessionSummary {
  id: string;
  /** When it began, and when somebody last came back with it. */
  at: number;
  used: number;
  /** Where that was from, and what program says it was; null where it says nothing. */
  address: string | null;
  client: string | null;
  /** Whether it has a connection now. */
  online: boolean;
  /** The one that asks. */
  current?: true;
}

/** What a finished upload comes to. */
export interface Finished {
  md5: string;
  sha256: string;
  /** What the bytes are, as in {@link FileInfo}. */
  type: string;
  /** The message it appeared as; not for a file of a folder. */
  id?: string;
  seq?: number;
  at?: number;
}

/** Somebody who may not come into a room. */
export interface Kick {
  nickname: string;
  /** Who put them out, as far as that is known. */
  by: string | null;
  /** Milliseconds since 1970. */
  until: number;
}

/** One's own account as one sees it oneself. */
interface OwnAccount extends Profile {
  username: string;
  nickname: string;
  email: string | null;
  phone: string | null;
  role: "member" | "admin";
  /** When it was made. */
  at: number;
  email_waiting?: string;
  /** Where the server sends letters: which ones about what was missed. */
  missed_mail?: MissedMailLevel;
}

/** A file that one has sent. */
export interface OwnFile {
  id: string;
  /** In a folder the path within it. */
  name: string;
  size: number;
  /** The name of its folder. */
  folder?: string;
}

/** Somebody from whom one hears nothing in private. */
export interface Blocked {
  nickname: string;
  person: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** An invitation by link, as its maker or an administrator sees it. */
export interface InvitationSummary {
  id: string;
  /** Who made it; null: whoever runs the server, or somebody who is gone. */
  by: string | null;
  rooms: string[];
  /** How often it may be used in all, and still. */
  uses: number;
  left: number;
  /** When it was made, and ends; milliseconds since 1970. */
  at: number;
  until: number;
  /** It makes the first administrator. */
  admin?: true;
}

/** One that has just been made: what it is used with is shown once. */
export interface MadeInvitation extends InvitationSummary {
  code: string;
  /** The address of the page that it opens. */
  link: string;
}

type Nothing = Record<never, never>;

/** Command → what it asks and what it answers beyond `ok`. */
export interface Commands {
  register: {
    /** `md5`: the password is the MD5 of the password, in hex; likewise below. Not in the native protocol. */
    asks: {
      username: string;
      nickname: string;
      password: string;
      email?: string;
      phone?: string;
      /** An invitation's code, or its link. */
      invitation?: string;
      md5?: true;
      /** The password may end in "#" and an invitation's code. */
      suffixed?: true;
    };
    /** `rooms`: those of the invitation, which the account is a member of. */
    answers: {
      nickname: string;
      rooms?: string[];
      /** A code went to the address, which counts once it has come back. */
      confirm?: true;
    };
  };
  /** What it takes to come in; of no `mail_domains` an address may be of any. */
  entry: {
    asks: Nothing;
    answers: { registration: Settings["registration"]; guests: boolean; mail_domains: string[] };
  };
  /** What an invitation leads to, by its code or its link. */
  invitation: {
    asks: { code: string };
    answers: Pick<InvitationSummary, "by" | "rooms" | "until" | "admin">;
  };
  /** One that may be used so often, within so many days, and leads into rooms that one is in. */
  "invitation.make": { asks: { rooms?: string[]; uses?: number; days?: number }; answers: MadeInvitation };
  /** One's own, or everybody's for an administrator, the newest first; `before` is an id. */
  invitations: {
    asks: { before?: string; limit?: number };
    answers: { invitations: InvitationSummary[]; more: boolean };
  };
  "invitation.revoke": { asks: { invitation: string }; answers: Nothing };
  /** Comes into its rooms; answers those that one is in. */
  "invitation.use": { asks: { code: string }; answers: { rooms: string[] } };
  /** `username` is an account's name, nickname or email. `offline`: a token for later, without coming online now. */
  login: {
    /** `lobby`: only if the lobby lets one in, for programs that know nothing else. `exclusive`: only if nobody is online under the account. `code`: a code from a letter counts, and becomes the password. `brief`: for programs that are not shown the token. */
    asks: {
      username: string;
      password: string;
      offline?: boolean;
      exclusive?: boolean;
      lobby?: true;
      md5?: true;
      code?: true;
      brief?: true;
    };
    answers: SignedIn;
  };
  /**
   * The first of these names that is an account's, for languages in which it is not plain where a name ends: no peer is told. Not in the
   * native protocol.
   */
  named: { asks: { names: readonly string[] }; answers: { name: string | null } };
  guest: {
    /** `rename`: with "#" after it, as often as needed, where the nickname is taken. `outside`: not into the lobby. */
    asks: { nickname: string; offline?: boolean; rename?: boolean; outside?: boolean; lobby?: true };
    answers: SignedIn;
  };
  /** Without `token`: the credential that the connection itself carries (the page's cookie). */
  resume: {
    /**
     * `portions`: what was missed may come in several, however much it is. `device`, in place of `epoch` and `since`: what that one has
     * missed, as `place` noted it, with what was said in a room before one came into it, as far as `history` has it; not in the native
     * protocol.
     */
    asks: { token?: string; epoch?: string; since?: number; portions?: boolean; device?: string };
    /** `more`: what was missed does not go in one go; `missed` tells it, and nothing else is told before. */
    answers: Omit<SignedIn, "token"> & { recovered: boolean; more?: boolean };
  };
  /** The next portion of what was missed, in order; without `more` it was the last, and events come as ever. */
  missed: { asks: Nothing; answers: { events: StoredEvent[]; more: boolean } };
  /**
   * Notes that a device of one's account has been told everything up to `seq`; without it, notes nothing. `last`: the number of the last
   * event by now, which is told before the answer. Not in the native protocol.
   */
  place: { asks: { device: string; seq?: number }; answers: { last: number } };
  logout: { asks: Nothing; answers: Nothing };
  /** What an operator types, but for passwords, by an administrator: one of admin_commands.ts, and its answer. */
  admin: { asks: { command: Record<string, unknown> }; answers: Record<string, unknown> };
  /** Where one is signed in, the session used last first. */
  sessions: { asks: Nothing; answers: { sessions: SessionSummary[] } };
  /** Signs out there: `session` is an id of `sessions`. */
  "session.end": { asks: { session: string }; answers: Nothing };
  ping: { asks: { now?: boolean }; answers: Nothing };
  /** Leave to compute keys for a peer, which takes time, where a dialect has such. Not in the native protocol. */
  keys: { asks: Nothing; answers: Nothing };
  "password.change": { asks: { old: string; new: string; username?: string; md5?: true }; answers: Nothing };
  /** `strict`: fails where no account has the address. Not in the native protocol. */
  "password.reset": { asks: { email: string; strict?: true }; answers: Nothing };
  "password.confirm": { asks: { code: string; new: string }; answers: Nothing };
  /**
   * `ephemeral` counts only when the room is new. `private`: a private one is meant, of which nobody else is to know. `make` false:
   * none is made.
   */
  enter: {
    asks: { room: string; ephemeral?: boolean; private?: boolean; make?: boolean; follow?: boolean };
    answers: RoomState;
  };
  /** Each field that is there is set: who may is in rooms/rights.ts. */
  "room.set": {
    asks: { room: string; name?: string } & Partial<RoomSettings>;
    answers: { room: string } & RoomSettings;
  };
  "room.role": { asks: { room: string; nickname: string; role: Role }; answers: Nothing };
  /** Ends it with everything in it. */
  "room.delete": { asks: { room: string }; answers: Nothing };
  /** Lets somebody come into a room, online or not: `enter` takes it up. */
  /** `on` false: takes it back. */
  invite: { asks: { room: string; nickname: string; on?: boolean }; answers: Nothing };
  /** The rooms one is invited to, the newest first. */
  invites: {
    asks: Nothing;
    answers: { invites: { room: string; private?: true; by: string; at: number }[] };
  };
  "invite.decline": { asks: { room: string }; answers: Nothing };
  /** Lets somebody not speak for a time; 0 minutes: lets them speak again. */
  mute: { asks: { room: string; nickname: string; minutes: number }; answers: Nothing };
  pin: { asks: { message: string; on: boolean }; answers: Nothing };
  /** The newest first. */
  pins: { asks: { room: string }; answers: { pins: { message: Message; by: string; at: number }[] } };
  /** Of what one wants to be told in a room. */
  notify: { asks: { room: string; level: NotificationLevel }; answers: Nothing };
  /** `reason`: told to those who are in the room where one may write in it. */
  leave: { asks: { room: string; reason?: string }; answers: Nothing };
  /**
   * The fullest first. `text`: those whose name has it, one that is called so before all others; `after` is the `next` of
   * the page before.
   */
  rooms: {
    asks: { text?: string; after?: string; limit?: number };
    answers: { rooms: RoomSummary[]; more: boolean; next: string | null };
  };
  /** What others see behind one's nickname; what is not said is taken away. Accounts only. */
  status: {
    asks: { availability?: Availability; emoji?: string; text?: string; until?: number };
    answers: Profile;
  };
  /** What is kept of one's own account. `email_waiting`: an address that counts once it is confirmed. */
  account: { asks: Nothing; answers: OwnAccount };
  /** Another mail address, or none; `confirm`: once the code has come back that was sent there. */
  "account.email": { asks: { email: string | null; password: string }; answers: { confirm: boolean } };
  "account.email.confirm": { asks: { code: string }; answers: { email: string; nickname: string } };
  /** Letters about private messages and mentions that stand unread. */
  "account.missed": { asks: { level: MissedMailLevel }; answers: Nothing };
  /** Ends them with what the link in a letter has. Not in the native protocol. */
  "missed.stop": { asks: { token: string }; answers: Nothing };
  /** Ends one's account for good. */
  "account.delete": { asks: { password: string }; answers: Nothing };
  /** Everything of one's own, piece by piece; `after`: the `next` of the piece before, or the id of a file. Not in the native protocol. */
  export: {
    asks: { part: "account" | "messages" | "files" | "file"; after?: string };
    answers: {
      account?: Record<string, unknown>;
      messages?: Message[];
      files?: OwnFile[];
      next: string | null;
    };
  };
  /** Others see one under this nickname from now on. */
  "account.nickname": { asks: { nickname: string }; answers: { nickname: string } };
  /** Hears nothing from somebody in private any more, or again; whoever it is finds no difference. Accounts only. */
  block: { asks: { nickname?: string; person?: string; on: boolean }; answers: Nothing };
  /** Whom one blocks, the last first. */
  blocks: { asks: Nothing; answers: { blocks: Blocked[] } };
  /** A square picture of oneself in base64, PNG or JPEG; null takes it away. Accounts only. */
  "account.avatar": { asks: { picture: string | null }; answers: { avatar: string | null } };
  /**
   * Everybody with an account, by nickname, for those who have one; `text`: a part of the nickname. Or whoever has one of these
   * `nicknames`, guests who are online too. `together`, which is not in the native protocol: with the rooms in which both are.
   */
  people: {
    /** `room`: all who are in it now, the longest-present first; not in the native protocol. */
    asks: {
      text?: string;
      after?: string;
      limit?: number;
      nicknames?: string[];
      together?: true;
      room?: string;
    };
    answers: { people: ListedPerson[]; next: string | null };
  };
  who: { asks: Nothing; answers: { online: string[]; guests: string[] } };
  members: { asks: { room: string }; answers: RoomState };
  /** How a room is set, without who is in it. Not in the native protocol. */
  room: {
    asks: { room: string };
    /** `createdAt`: when it was made, milliseconds since 1970. */
    answers: Pick<RoomState, "room" | "topicSet"> & Partial<RoomSettings> & { createdAt: number };
  };
  /** Who is in the lobby and which files it has, newest first, before signing in. Not in the native protocol. */
  glance: { asks: Nothing; answers: { members: string[]; owner: string | null; files: FileInfo[] } };
  kick: { asks: { room: string; nickname: string; minutes?: number; reason?: string }; answers: Nothing };
  /** Who may not come into a room that one owns, the one who is out for longest first. */
  kicks: { asks: { room: string }; answers: { kicks: Kick[]; mutes: Kick[] } };
  /** Lets somebody in again before their time. */
  "kick.lift": { asks: { room: string; nickname: string }; answers: Nothing };
  /** `text`, or `file` (one of one's own in the same conversation, or a deposit), or both. */
  send: {
    asks: {
      /** Said instead of `text` where the file can't be had, for dialects in which a file is an address among words. */
      otherwise?: string;
      /** A `reply` that is none here is left out, for dialects in which it is a mark that nobody checks. */
      uncheckedReply?: true;
      /** Said by a program, and not to be answered by one, for dialects that know such. */
      notice?: true;
      room?: string;
      to?: string | string[];
      text?: string;
      file?: string;
      reply?: string;
      key?: string;
    };
    answers: { id: string; at: number; seq: number };
  };
  /** `message` is the id of the message, here and in those that follow. A room's moderators recall those of others too. */
  edit: { asks: { message: string; text: string }; answers: { seq: number } };
  /** `in`: where it has to be, here and with `react`, for dialects that name both. `reason`: as with `leave`; in private nobody is told. */
  recall: { asks: { message: string; reason?: string; in?: ConversationName }; answers: { seq: number } };
  /** Tells the administrators of a message that one can read; `text`: what is wrong with it. */
  report: { asks: { message: string; text: string }; answers: Nothing };
  react: {
    asks: { message: string; emoji: string; on: boolean; in?: ConversationName };
    answers: { seq: number };
  };
  /**
   * `before` and `after` are message ids and exclude the message they name; `around` has it in the middle, and then
   * `newer` says whether later ones exist as `more` does of earlier ones. `between` has two: the page begins after the first, and ends
   * before the second, or the other way round where that is the earlier one. Each may be a moment instead, in milliseconds since 1970. `seen`: in private, how far the other has
   * read; `person`: whom it is with. `first_unread`: with the newest page, what others said first after one's mark (in a room without one: since
   * entering).
   */
  /** Where a message is now, whatever its room is called: a name as {@link ConversationName} has it. */
  locate: { asks: { message: string }; answers: ConversationName };
  history: {
    asks: ConversationName & {
      before?: string | number;
      after?: string | number;
      around?: string | number;
      between?: readonly [string | number, string | number];
      limit?: number;
      events?: true;
    };
    answers: {
      messages: Message[];
      /** What else happened to the room in the span of the page, where that was asked, which is not in the native protocol. */
      events?: StoredEvent[];
      more: boolean;
      newer?: boolean;
      read: string | null;
      seen?: string | null;
      person?: string;
      first_unread?: { id: string; seq: number };
    };
  };
  search: {
    asks: ConversationName & { text: string; before?: string; limit?: number };
    /** `person`: whom a private one is with, where their nickname does not lead to them any more. */
    answers: { messages: (Message & { person?: string })[]; more: boolean };
  };
  /** The private ones newest first; `after` is the `next` of the page before, without the rooms. */
  conversations: {
    asks: { after?: string; limit?: number };
    answers: {
      /** `mentioned`: one of the unread messages mentions one, as shared/mentions.ts has it. */
      rooms: (ConversationSummary & {
        room: string;
        mentioned?: true;
        private?: true;
        archived?: true;
        writing?: "moderators";
        /** Of what one wants to be told there, where that is not all. */
        notify?: Exclude<NotificationLevel, "all">;
      })[];
      /**
       * `guest`: it is a guest's, whom another one may follow under the same name. `former`: that has happened, or the
       * account is gone and its name another's; only `person` leads there.
       */
      private: (ConversationSummary & { with: string; person: string; guest?: true; former?: true })[];
      /** What goes on with the list; null: that was all. */
      next: string | null;
    };
  };
  typing: { asks: { room?: string; to?: string }; answers: Nothing };
  /** `message`: the id of the last one that was read. */
  read: { asks: ConversationName & { message: string }; answers: Nothing };
  /**
   * Announces a file: `name`, `size` in bytes and `md5` (hex). `folder: true` announces a folder, which has a `name` only;
   * `folder: ID` a file of that folder, whose `name` is its path there, or with `size` -1 an empty folder.
   * The same announcement again goes on where the bytes ended.
   */
  upload: {
    asks: {
      room?: string;
      to?: string;
      name: string;
      size?: number;
      md5?: string;
      folder?: string | true;
      /** Takes whatever hash the bytes come to, for dialects that announce none. */
      unchecked?: true;
      /** What this connection will call the file, or folder, in later commands, before it knows its id. */
      as?: string;
    };
    answers: { file: string; offset: number };
  };
  /** `data` is what followed the line as raw bytes. */
  chunk: { asks: { file: string; offset: number; data: Uint8Array }; answers: { offset: number } };
  /** `text` and `reply` go into the message it appears as. Asked again after a lost answer, it answers the same. */
  finish: { asks: { file: string; text?: string; reply?: string }; answers: Finished };
  /**
   * Announces a file that an account's owner will say later where it belongs, with their password: for programs that upload over
   * HTTP first. `chunk` adds the bytes, `deposit.finish` keeps them for an hour, and `send` gives the file its conversation.
   * Not in the native protocol.
   */
  deposit: {
    asks: { username: string; password: string; name: string; size: number };
    answers: { file: string; offset: number };
  };
  "deposit.finish": { asks: { file: string }; answers: { md5: string; sha256: string; type: string } };
  /** Gives up an upload that is not finished; its bytes go. */
  cancel: { asks: { file: string }; answers: Nothing };
  /** Private files that wait for one's answer, the oldest first. Not in the native protocol: history shows them there. */
  offers: { asks: Nothing; answers: { offers: { file: FileInfo; from: string }[] } };
  accept: { asks: { file: string }; answers: { seq: number } };
  /** Of one's own, while it is being sent: gives it up. */
  refuse: { asks: { file: string }; answers: { seq: number } };
  /** For programs that fetch files with an account's password: nothing else comes of it. Not in the native protocol. */
  "account.prove": { asks: { username: string; password: string }; answers: Nothing };
  /** After the answer the bytes follow in `chunk` events. */
  download: {
    asks: { file: string; offset?: number };
    answers: { name: string; size: number; md5: string; sha256: string; type: string };
  };
  /** Newest first. With `folder`: what is in that folder, by path. */
  files: {
    asks: ConversationName & {
      folder?: string;
      before?: string;
      limit?: number;
      /** A part of the file's name. */
      name?: string;
      kind?: FileGroup;
    };
    answers: { files: ListedFile[]; more: boolean };
  };
}

/** The name of a command. */
export type Op = keyof Commands;

/** A command as a dialect hands it over: its name and its fields. */
export type Command<K extends Op = Op> = { [P in K]: { op: P } & Commands[P]["asks"] }[K];

/** What a command answers. */
export type Answer<K extends Op = Op> = Commands[K]["answers"];
