/** Milliseconds of a day. */
export const DAY_MS = 24 * 3_600_000;

/**
 * Every bound of the service, once, with its unit in its name. Each entry says which code it raises and where
 * it is enforced. tests/core/limits_test.ts holds the relations between them.
 */
export const LIMITS = {
  // Wire: server/transport
  /** One line over TCP, one text message over WebSocket. `too_large`, then `bye`. */
  lineBytesMax: 64 * 1024,
  /** What waits for one peer. Past half of it transient events are left out, past all of it `bye` `slow_reader`. */
  outboxBytesMax: 8 * 1024 * 1024,
  /** A line of IRC with its end, and its tags with what stands around them. It is answered with a fault, and passed over. */
  ircLineBytesMax: 512,
  ircTagBytesMax: 4_096,
  /** How long an IRC client may say nothing until it is pinged, and then until it is cut off. */
  ircPingMs: 90_000,
  /** Nicknames that one IRC client watches, and of as many it is remembered that they were away, or have gone. */
  ircWatchedMax: 100,
  /** Keys of metadata that an IRC client wants to hear of. */
  ircSubscriptionsMax: 50,
  /** The last messages of a room that an IRC client is told when it comes in, unless it asks for them itself. */
  ircLinesOnJoin: 20,
  /** Lines of one message of an IRC client, and of one that it is told: the rest is on the page. */
  ircLinesMax: 200,
  /** Lines of one answer about what was said before; an outbox has room for them, however long they are. */
  ircHistoryLinesMax: 8_000,
  /** Lines of an IRC client that wait until it has come in; those after them are refused. */
  ircHeldMax: 200,
  /** Of the label of a line; a longer one is none. */
  ircLabelBytesMax: 64,
  /** Addresses in one message of IRC that are looked at whether they are files of one's own, in all conversations that it goes to. */
  ircFilesMax: 20,
  /** Channels, or nicknames, that one line of IRC may name. */
  ircTargetsMax: 20,
  /** How long a connection that has not signed in may ask nothing. `bye` `silent`. */
  silenceMs: 30_000,
  /** The same for programs that connect when they start and wait for a person to type. */
  longSilenceMs: 10 * 60_000,
  /** With no more such connections of one address, those of programs that never connect again may wait on without end. */
  endlessSilencesPerAddressMax: 16,
  /** How often a WebSocket peer is pinged; without a pong till the next ping it is cut. */
  pingEveryMs: 30_000,
  /** Unreadable lines in a row of this connection's last minute. `bye` `too_much_nonsense`. */
  malformedPerMinuteMax: 20,
  /** Commands of one peer that have no answer yet; past it the socket is not read. */
  unansweredCommandsMax: 1_024,
  /**
   * Connections of one address that have not signed in. For IPv6 this and every other bound of an address counts for its /64, four times
   * for its /48 and sixteen times for its /32. `bye` `too_many_connections`.
   */
  unauthenticatedPerAddressMax: 256,
  /** How much of all connections one address may have, as one part of so many. `bye` `too_many_connections`. */
  connectionsPerAddressShare: 4,
  /** How often it is looked at what all peers hold together, and who does not move. */
  sweepEveryMs: 250,
  /** How long a peer may leave a write of up to `writeBytes` bytes untaken; longer ones have as many times as long. `bye` `slow_reader`. */
  writeMs: 30_000,
  writeBytes: 128 * 1024,
  /** How long a program that has signed in may take to open its other lines, and how long what happens waits for that. */
  channelsPendingMs: 5_000,
  channelsCorkMs: 1_000,
  /** How long a dropped peer may take to read its `bye`. */
  lingerMs: 1_000,
  /**
   * How long an HTTP request may take to send its headers, and all of itself, and how long its answer may stand still; how long a
   * connection may idle between two.
   */
  httpHeadersMs: 10_000,
  httpRequestMs: 60_000,
  httpIdleMs: 10_000,
  /**
   * HTTP connections that are no WebSocket, in all and of one address; past it the next is dropped, or a stranger's of the address that
   * has most.
   */
  httpConnectionsMax: 500,
  httpConnectionsPerAddressMax: 200,
  /** Requests of one HTTP connection that wait for the one before them; the connection ends with the last. */
  httpPipelinedMax: 32,
  /** How long it is watched how fast the body of a request comes, and how fast it must at the least. The connection is dropped. */
  httpBodyWatchedMs: 10_000,
  httpBodyBytesPerSecondMin: 1_024,
  /** How long a newcomer may take until TLS is agreed upon, and how many may be at it; past either they are cut. */
  tlsHandshakeMs: 10_000,
  tlsHandshakesMax: 500,
  /** How often the files of the certificate are looked at. */
  certificateEveryMs: 10_000,
  /** How long a stop waits for all of it: commits, peers, requests, letters. */
  stopMs: 9_000,
  /** How long a peer may take to read what is on its way and its `bye` when the server stops. */
  drainMs: 3_000,
  /** When peers are asked to come back after a stop, and over how long they are spread: 1 ms a peer, but no less than this. */
  returnMs: 500,
  returnSpreadMs: 3_000,

  // Names: core/shared/names.ts. `bad_username` `bad_nickname` `bad_room` `bad_email` `bad_phone`
  usernameCharsMax: 64,
  nicknameCharsMax: 32,
  roomCharsMax: 64,
  emailCharsMax: 254,
  phoneCharsMax: 32,

  // Settings: core/shared/settings.ts. `bad_request`
  mailDomainsMax: 100,

  // Invitations: core/accounts/invitations.ts. `bad_request`
  invitationDays: 7,
  invitationDaysMax: 365,
  invitationUsesMax: 1_000,
  invitationRoomsMax: 20,
  /** Those of one account, and all, that have not expired. */
  invitationsPerPersonMax: 50,
  invitationsMax: 10_000,
  invitationsListedMax: 100,
  /** The link that a start without any account prints. */
  firstAdministratorLifeMs: 24 * 3_600_000,

  // Passwords: core/accounts/passwords.ts. `weak_password`
  passwordCharsMin: 8,
  passwordCharsMax: 128,
  /** Hashes computed at the same time: each takes 46 MiB and a thread. */
  hashesAtOnceMax: 2,
  /** What waits for a hash in all, in turns of addresses and accounts; past it whoever has most there is refused. `busy`. */
  hashesWaitingMax: 64,
  /**
   * Wrong passwords of one account within `guessesWindowMs` that are free; from the last of them on each next must wait, at first so
   * long, then twice as long, in the end `guessDelayMs`; protocol/guesses.ts. `rate_limited`
   */
  guessesFreeMax: 10,
  guessesWindowMs: 15 * 60_000,
  guessDelayFirstMs: 1_000,
  guessDelayMs: 5 * 60_000,
  /** After this without another one they are forgotten. */
  guessesForgottenMs: 3_600_000,
  /** Names whose wrong passwords are counted, and networks of one from which it was signed in to. */
  guessedNamesMax: 50_000,
  knownNetworksMax: 16,
  /** Accounts and addresses of wrong passwords that wait to be noted, and how many are each second; protocol/failed_sign_ins.ts. */
  failuresGatheredMax: 1_000,
  failuresAtOnceMax: 20,
  /** Fewer from where its owner signs in next are their own slips. */
  failuresToldMin: 3,

  // Reset: core/accounts/reset.ts
  resetCodeLifeMs: 10 * 60_000,
  resetMailsPerHourMax: 2,
  /** Letters asked for within one second. `busy` */
  resetsAskedMax: 1_000,
  /** A link that whoever runs the server hands over; core/admin/admin_accounts.ts. */
  resetLinkLifeMs: 24 * 3_600_000,

  // What people show: core/people
  /** `bad_text` */
  statusCharsMax: 100,
  /** How far ahead a status may end. `bad_request` */
  statusLifeMs: 366 * 24 * 3_600_000,
  /**
   * How long nobody else gets a nickname that somebody had before, and how many others one account may have had within that.
   * `nickname_taken` `rate_limited`
   */
  formerNicknameMs: 30 * 24 * 3_600_000,
  nicknameChangesMax: 5,
  /** Accounts whose former names end in one step. */
  formerNicknamesEndedMax: 500,
  /** People whom one account blocks. `bad_request` */
  blocksMax: 500,
  /** How long a code counts that was sent to a new mail address, and how many of them an account has an hour. `rate_limited` */
  emailCodeLifeMs: 60 * 60_000,
  emailCodesPerHourMax: 3,
  /** How long codes are remembered, to count them, also when they are of no use any more. */
  codesKeptMs: DAY_MS,
  /** Accounts that end at a time, because nobody has confirmed their address. */
  unconfirmedEndedAtOnceMax: 100,
  /** Numbers of messages that are looked through in one step for those of one person. */
  ownMessagesLookedAtMax: 5_000,
  /** Exports that are made at a time, in all. `busy` */
  exportsAtOnceMax: 4,
  /**
   * How long something stands unread before a letter tells of it, how long after one letter the next may go, how often and after how
   * many people at a time it is looked, and how many private conversations a letter tells of.
   */
  missedMailAfterMs: 15 * 60_000,
  missedMailEveryMs: 60 * 60_000,
  missedMailLookMs: 60_000,
  missedMailAtOnceMax: 20,
  missedPlacesMax: 20,
  /** How long the link in one counts that ends them. `bad_code` */
  missedMailStopMs: 90 * 24 * 3_600_000,
  /** A picture of somebody, and its width and height. `bad_file` */
  avatarBytesMax: 32 * 1024,
  avatarPixelsMax: 512,
  /** People in one answer: of the directory, and of those asked for by nickname. `bad_request` */
  peopleListedMax: 200,

  // Sessions: core/sessions/sessions.ts
  /** Connections of one nickname at a time. `too_many_sessions`. */
  connectionsPerNicknameMax: 32,
  /** Tokens kept for one account; the one used longest ago goes first. */
  tokensPerAccountMax: 64,
  tokenLifeMs: 30 * 24 * 3_600_000,
  guestTokenLifeMs: 24 * 3_600_000,
  /** Stored events that `resume` replays; with more to replay it says `recovered: false`. */
  replayEventsMax: 5_000,
  /** Events of everybody since then that a client may have missed which asks for portions; and events in one portion. */
  missedEventsMax: 100_000,
  missedAtOnceMax: 1_000,

  /** Characters of what somebody calls a device of theirs. `bad_request` */
  deviceCharsMax: 64,
  /** Devices of one account whose place is kept; the one that was here longest ago goes first. */
  devicesPerPersonMax: 32,
  /** How often it is looked whether a device was told anything, and noted how far it is. */
  placeEveryMs: 10_000,
  /** Characters that are kept of what a program calls itself. */
  clientCharsMax: 200,
  /** How long the place of a page that lost its connection is kept: it loads anew, or its network comes back. */
  absenceMs: 8_000,

  // Rooms: core/rooms/rooms.ts, core/rooms/membership.ts
  /** `room_full`. */
  roomMembersMax: 5_000,
  /** Rooms in all. `too_many_rooms`. */
  roomsMax: 10_000,
  /** Rooms that one person, and all of one address, have made and that are still there. `too_many_rooms`. */
  roomsMadePerPersonMax: 100,
  roomsMadePerAddressMax: 1_000,
  /** A room in which nobody with an account ever spoke goes when nobody was in it for so long. */
  emptyRoomLifeMs: 24 * 3_600_000,
  /** So many of those at a time, each second, and so many of their messages. */
  roomsEndedAtOnceMax: 5,
  messagesEndedAtOnceMax: 100,
  /**
   * What is kept for so long only, core/retention/: how often all of it is gone through, how many conversations are looked at each
   * second, and so many messages (as above), or files, of one of them.
   */
  retentionEveryMs: 10 * 60_000,
  retentionPlacesAtOnceMax: 50,
  filesEndedAtOnceMax: 20,
  /** Rooms that one nickname is in. `too_many_rooms`. */
  roomsPerPersonMax: 100,
  /** Rooms that one `rooms` answer lists. */
  roomsListedMax: 500,
  /** Characters of why somebody is put out of a room, or leaves it, or a message is taken back. `bad_text`. */
  reasonCharsMax: 250,
  /** Characters of a room's topic and of its description. `bad_text`. */
  topicCharsMax: 250,
  descriptionCharsMax: 2_000,
  /** Members who are not online in one answer; how many there are it says as well. */
  absentListedMax: 200,
  /** Rooms to which one account was invited and has not answered. `mailbox_full`. */
  invitesPerPersonMax: 50,
  /** Accounts that were invited into one room and have not answered. `bad_request`. */
  invitesPerRoomMax: 500,
  /** Messages pinned in one room. `bad_request`. */
  pinsPerRoomMax: 100,
  /** Days after which a room's messages go, at the most. */
  keepDaysMax: 36_500,
  /** Accounts in one answer to the operator. */
  accountsListedMax: 500,
  /** Reports that wait for an administrator, of one person and in all (`busy`); characters of one; and in one answer; core/reports/. */
  reportsPerPersonMax: 20,
  reportsOpenMax: 1_000,
  reportCharsMax: 1_000,
  reportsListedMax: 100,
  /** Entries of the audit log in one answer; and so many that are too old go at a time, each second. */
  auditListedMax: 500,
  auditEndedAtOnceMax: 500,
  kickMinutesMax: 7 * 24 * 60,
  /** The same for a guest in the lobby, whom nobody chose to own it. */
  guestKickMinutesMax: 60,
  /** How long new guests from the network of a guest who was kicked are taken for that guest: it may be a whole school's. */
  kickedNetworkMs: 10 * 60_000,
  /** Those who were kicked in one answer. */
  kicksListedMax: 500,
  /** How long a restarted server keeps a room's ownership for its owner to come back. */
  ownerReturnMs: 120_000,

  // Messages: core/messages/messages.ts, core/messages/changes.ts
  /** UTF-8 bytes of one text. `bad_text`. */
  textBytesMax: 16 * 1024,
  /** Nicknames in one `to`. `bad_request`. */
  recipientsMax: 100,
  keyCharsMax: 64,
  /** How long the same `key` means the same message. */
  keyLifeMs: 24 * 3_600_000,
  /** Private messages that wait for one account. `mailbox_full`. */
  waitingMessagesMax: 1_000,
  /** The same of one sender, and of all guests together. */
  waitingPerSenderMax: 100,
  waitingOfGuestsMax: 500,
  emojiBytesMax: 64,
  /** Different reactions on one message, and all in all. `bad_emoji`. */
  reactionKindsMax: 64,
  reactionsPerMessageMax: 5_000,

  // Reading: core/messages/reading.ts
  historyDefault: 50,
  historyMax: 200,
  searchCharsMax: 200,
  /** How long a search may take, how many of one person may wait, and how long the thread that searches stays. `busy`. */
  searchMs: 10_000,
  searchesWaitingMax: 32,
  searchIdleMs: 60_000,
  /** Private conversations that one `conversations` answer lists. */
  conversationsListedMax: 100,
  /** Messages that are looked at to count the unread ones of a conversation. */
  unreadCountedMax: 100,
  /** Messages after one's mark among which the first unread one is looked for. */
  unreadSoughtMax: 10_000,
  /** Characters of the last message in a list of conversations. */
  previewCharsMax: 200,
  /** UTF-8 bytes of text that one page, one hand-over or one replay holds: JSON makes six of some, and an outbox has room. */
  textBytesAtOnceMax: 768 * 1024,

  // Files: core/files/uploads.ts core/files/deposits.ts core/files/downloads.ts; how much may be kept in all is in FileBounds
  /** Raw bytes after one `chunk` line. `too_large`. */
  chunkBytesMax: 256 * 1024,
  /** Of all uploads together, bytes that have come and that the disk does not have yet. */
  uploadsAheadBytesMax: 4 * 1024 * 1024,
  /** Raw bytes of one peer that wait for the disk; past it the socket is not read. */
  unansweredBytesMax: 1024 * 1024,
  /** `bad_file` */
  filePathBytesMax: 1024,
  fileNameBytesMax: 255,
  folderFilesMax: 10_000,
  /** `too_many_uploads` */
  uploadsPerConnectionMax: 8,
  uploadsPerPersonMax: 16,
  /** An upload of which nothing comes is closed after this, and gone if nothing ever came. */
  uploadIdleMs: 60_000,
  /** Bytes that wait for a peer, past which its next question waits until it has read. */
  answersWaitingBytes: 256 * 1024,
  /** Bytes of downloads that wait in one outbox. */
  downloadAheadBytes: 1024 * 1024,
  /** A file in a language that does not say how long one is, held until its sender pauses. `too_large` */
  unmeasuredFileBytesMax: 8 * 1024 * 1024,
  /** Uploads and deposits that go with one proposal, which has to fit into a message of a log. */
  filesExpireMax: 1_000,
  /** A partial upload that nobody continues goes after this. */
  partialLifeMs: 24 * 3_600_000,
  /** A deposit that nobody has sent anywhere goes after this. */
  depositLifeMs: 3_600_000,
  /** Of one account, deposits that wait to be sent. `too_many_uploads` */
  depositsPerPersonMax: 100,
  /** Bytes that tell what a file is. */
  sniffBytes: 4_100,
  filesListedMax: 500,

  // Storage: server/storage
  /** Writes that wait for the disk. `busy`. */
  writesWaitingMax: 50_000,
  /** Writes of one transaction, and characters of text in them: what is kept together is told together. */
  batchWritesMax: 4_096,
  batchTextCharsMax: 512 * 1024,
  /** Lost nodes that are remembered, so that what they proposed before counts for nothing when it comes late. */
  lostNodesMax: 1_000,
  /** Pushes to peers that end a batch: a thousand take a few milliseconds, and what comes meanwhile waits. */
  batchPushesMax: 4_096,

  // Disk: core/disk.ts, server/monitoring/disk_watch.ts
  /** What stays free on the disk of the data folder whatever `--disk-free` says. `disk_full`. */
  freeBytesMin: 16 * 1024 * 1024,
  /** How much more guests leave free, as one part of so many of that. */
  guestsLeaveFreeShare: 4,
  /** How often it is looked at: all at their rates write a few MiB meanwhile. */
  diskEveryMs: 1_000,
  /** Kept on the disk to be given up when it is full, so that what frees space can still be written. */
  reserveBytes: 4 * 1024 * 1024,

  // Rates: protocol/rates.ts. `rate_limited`; refused this often in a row, `bye` `rate_limited`.
  refusalsInARowMax: 200,
  /** Buckets of addresses, and of people, remembered at a time. */
  addressesRememberedMax: 10_000,
  peopleRememberedMax: 20_000,
} as const;

/** A token bucket: so many at once, then so many a minute. */
export interface Rate {
  burst: number;
  perMinute: number;
}

/**
 * What a connection and, with all of theirs, a person may do how often, or an address (of IPv6 its network), may do how often. `--rate-limits off` lifts all of these and
 * no size.
 */
export const RATES = {
  /** Anything at all, for each connection. */
  commands: { burst: 200, perMinute: 3_000 },
  /** Messages, edits, reactions, kicks: what others are told, for each connection. */
  messages: { burst: 40, perMinute: 300 },
  /** Rooms entered, for each connection: all that one may be in at once, as whoever comes back does. */
  entries: { burst: LIMITS.roomsPerPersonMax, perMinute: 300 },
  /** Reads that cost the disk: history, search. */
  reads: { burst: 60, perMinute: 600 },
  /** Files announced and finished, for each connection: a folder is many, and others are told of one. */
  files: { burst: 200, perMinute: 1_200 },
  /** Pieces of files, for each connection. */
  chunks: { burst: 5_000, perMinute: 300_000 },
  /** Passwords tried, for each connection. */
  attempts: { burst: 5, perMinute: 10 },
  /** Passwords tried, for each address; one that was right is given back. */
  addressAttempts: { burst: 30, perMinute: 30 },
  /** Keys computed for programs whose language is sealed, for each address: with the longest prime 15 ms each. */
  addressKeys: { burst: 60, perMinute: 60 },
  /** Accounts made and guests let in, for each address. */
  addressArrivals: { burst: 60, perMinute: 60 },
  /** Messages, and reads, of all who come from one address: a class or an office may be behind it. */
  addressMessages: { burst: 800, perMinute: 6_000 },
  addressReads: { burst: 1_200, perMinute: 12_000 },
} as const satisfies Record<string, Rate>;

/** What counts for the connection and the person → the rate of their address. */
export const SHARED_RATES = {
  messages: "addressMessages",
  entries: "addressMessages",
  reads: "addressReads",
} as const;
/** One of {@link SHARED_RATES}. */
export type SharedRateName = keyof typeof SHARED_RATES;

/** How much may be kept; each an option of `serve`. */
export interface FileBounds {
  /** Bytes of one file. `file_too_large`. */
  fileBytesMax: number;
  /** Bytes of all files of one account or guest. `quota_exceeded`. */
  quotaBytes: number;
  /** Bytes of all files. `quota_exceeded`. */
  quotaAllBytes: number;
  /** Uploads under way at a time. `too_many_uploads`. */
  uploadsMax: number;
  /** Bytes of the disk that stay free. `disk_full`. */
  freeBytesKept: number;
}

/** The name of a rate. */
export type RateName = keyof typeof RATES;
