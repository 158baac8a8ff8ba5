/** What a client is told when it has come in: who it is, what the server can do, and the rooms that it is in. */
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Counts } from "../../dialect.ts";
import { ownJoin } from "./channel_view.ts";
import { type Client, HOST, SERVER, USER } from "./client.ts";
import { fileHost } from "./file_host.ts";
import type { Line } from "./message.ts";

/** What is told of the server. */
export interface Place {
  pageUrl(): string;
  counts(): Counts;
  /** Where TLS is spoken. */
  tlsPort(): number | undefined;
  readonly version: string;
  /** When it was started; milliseconds since 1970. */
  readonly startedAt: number;
}

/** What it is called in a list of networks. */
const NETWORK = "Switchboard";
/** So many go into one line. */
const TOKENS_AT_ONCE = 12;

/** Modes of people, and of rooms. */
const USER_MODES = "i";
const ROOM_MODES = "bhimnoqt";
/** Changes in one line. */
const MODES_AT_ONCE = 20;

/** What the server can do, and how much of it. */
function supportTokens(): string[] {
  const { nicknameCharsMax, roomCharsMax, topicCharsMax, roomsPerPersonMax, ircTargetsMax } = LIMITS;
  return [
    `AWAYLEN=${LIMITS.statusCharsMax}`,
    "CASEMAPPING=ascii",
    `CHANLIMIT=#:${roomsPerPersonMax}`,
    "CHANMODES=b,,,imnt",
    `CHANNELLEN=${roomCharsMax + 1}`,
    "CHANTYPES=#",
    `CHATHISTORY=${LIMITS.historyMax}`,
    "CLIENTTAGDENY=*,-typing,-draft/react,-draft/unreact,-draft/reply,-reply",
    "ELIST=MU",
    `HOSTLEN=${HOST.length}`,
    `KICKLEN=${LIMITS.reasonCharsMax}`,
    `MODES=${MODES_AT_ONCE}`,
    `MONITOR=${LIMITS.ircWatchedMax}`,
    `NETWORK=${NETWORK}`,
    `NICKLEN=${nicknameCharsMax}`,
    "PREFIX=(qoh)~@%",
    `TARGMAX=JOIN:,PART:,PRIVMSG:${ircTargetsMax},NOTICE:${ircTargetsMax},NAMES:1,KICK:,LIST:${ircTargetsMax},MONITOR:${LIMITS.ircWatchedMax}`,
    `TOPICLEN=${topicCharsMax}`,
    "MSGREFTYPES=msgid,timestamp",
    "SAFELIST",
    `USERLEN=${USER.length}`,
    "UTF8ONLY",
    "WHOX",
  ];
}

/** The lines of the first moment. */
export function welcomeLines(client: Client, place: Place, rooms: readonly string[]): Line[] {
  const { nick } = client;
  return [
    client.numeric("RPL_WELCOME", [], `Welcome to the ${NETWORK} Network, ${nick}!${USER}@${HOST}`),
    client.numeric(
      "RPL_YOURHOST",
      [],
      `Your host is ${SERVER}, running version switchboard-${place.version}`,
    ),
    client.numeric("RPL_CREATED", [], `This server was created ${new Date(place.startedAt).toISOString()}`),
    client.numeric("RPL_MYINFO", [SERVER, `switchboard-${place.version}`, USER_MODES, ROOM_MODES, "bhoq"]),
    ...supportLines(client),
    ...fileHostLines(client, place),
    ...countLines(client, place),
    ...motdLines(client, place),
    ...rooms.map((room) => ownJoin(client, room)),
  ];
}

/** The tokens, so many a line. */
function supportLines(client: Client): Line[] {
  const tokens = supportTokens();
  const count = Math.ceil(tokens.length / TOKENS_AT_ONCE);
  return Array.from(
    { length: count },
    (_, index) =>
      client.numeric("RPL_ISUPPORT", tokens.slice(index * TOKENS_AT_ONCE, (index + 1) * TOKENS_AT_ONCE)),
  );
}

/** Where files are uploaded to, which takes an account's password. It has a line of its own, long as it may be. */
export function fileHostLines(client: Client, { pageUrl }: Pick<Place, "pageUrl">): Line[] {
  if (client.guest) return [];
  const tokens = ["soju.im/FILEHOST", "draft/FILEHOST"].map((name) => `${name}=${fileHost(pageUrl())}`);
  return tokens.map((token) => client.numeric("RPL_ISUPPORT", [token]));
}

/** How many are here (LUSERS). Who runs the server is nobody's business, and neither are private rooms. */
export function countLines(client: Client, { counts }: Place): Line[] {
  const { people, mostPeople, rooms } = counts();
  const [now, most] = [String(people), String(mostPeople)];
  return [
    client.numeric("RPL_LUSERCLIENT", [], `There are ${now} users and 0 invisible on 1 servers`),
    client.numeric("RPL_LUSEROP", ["0"]),
    client.numeric("RPL_LUSERCHANNELS", [String(rooms)]),
    client.numeric("RPL_LUSERME", [], `I have ${now} clients and 0 servers`),
    client.numeric("RPL_LOCALUSERS", [now, most], `Current local users ${now}, max ${most}`),
    client.numeric("RPL_GLOBALUSERS", [now, most], `Current global users ${now}, max ${most}`),
  ];
}

/** The message of the day. */
export function motdLines(client: Client, { pageUrl, version }: Place): Line[] {
  return [
    client.numeric("RPL_MOTDSTART", [], `- ${SERVER} Message of the day - `),
    client.numeric("RPL_MOTD", [], `- This is Switchboard ${version}: the same rooms are in a browser at`),
    client.numeric("RPL_MOTD", [], `- ${pageUrl()}`),
    client.numeric("RPL_ENDOFMOTD"),
  ];
}
