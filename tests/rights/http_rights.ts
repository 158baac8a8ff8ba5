/** What everybody is answered over HTTP, at every address. */
import { bytesOf, sendFile } from "../support/file_lines.ts";
import { PASSWORD, type Peer, type TestServer, withServer } from "../support/harness.ts";
import { operatorOf } from "../support/operator.ts";
import { NAMES, ROOM, WHO, type Who } from "./rights_scene.ts";

/** One row of the table. */
interface HttpRow {
  readonly asked: string;
  readonly cells: readonly string[];
}

/** Address → what is sent there by somebody who has this token. */
type Requests = Readonly<Record<string, (token: string | undefined) => [path: string, init: RequestInit]>>;

/** Asks everybody's way through every address; gives the codes of status. */
export async function walkHttp(): Promise<HttpRow[]> {
  const rows: HttpRow[] = [];
  await withServer({}, async (server) => {
    const { tokens, requests } = await furnished(server);
    for (const [asked, request] of Object.entries(requests)) {
      const cells: string[] = [];
      for (const who of WHO) cells.push(await statusOf(server, request, tokens.get(who)));
      rows.push({ asked: `\`${asked}\``, cells });
    }
  }, { limits: { httpConnectionsPerAddressMax: 500 } });
  return rows;
}

async function statusOf(
  server: TestServer,
  request: Requests[string],
  token: string | undefined,
): Promise<string> {
  const [path, init] = request(token);
  const headers = new Headers(init.headers);
  if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
  const response = await fetch(`${server.running.http}${path}`, { ...init, headers, redirect: "manual" });
  const text = await response.text();
  const code = text.startsWith("{") ? JSON.parse(text).error?.code : undefined;
  return code === undefined ? String(response.status) : `${response.status} ${code}`;
}

async function furnished(server: TestServer) {
  const { owner, administrator, suspended, account: outside, ...inside } = NAMES;
  const people = new Map<Who, Peer>([["owner", await server.member(owner)]]);
  const made = people.get("owner")!;
  await made.asks("enter", { room: ROOM, private: true });
  for (const [who, name] of Object.entries({ ...inside, administrator, suspended, account: outside })) {
    people.set(who as Who, await server.member(name));
  }
  for (const who of ["member", "muted", "banned", "moderator", "blocked", "suspended"] as const) {
    await made.asks("invite", { room: ROOM, nickname: NAMES[who] });
    await people.get(who)!.asks("enter", { room: ROOM });
  }
  await made.asks("room.role", { room: ROOM, nickname: inside.moderator, role: "moderator" });
  await made.asks("mute", { room: ROOM, nickname: inside.muted, minutes: 60 });
  await made.asks("kick", { room: ROOM, nickname: inside.banned, minutes: 60 });
  people.set("guest", await server.guest("gil"));
  const tokens = new Map(Array.from(people, ([who, peer]) => [who, tokenOf(peer)]));
  const operator = operatorOf(server);
  await operator(["account", "role", administrator, "admin"]).ends();
  await operator(["account", "disable", suspended]).ends();
  return { tokens, requests: await requestsIn(made) };
}

async function requestsIn(owner: Peer): Promise<Requests> {
  const bytes = bytesOf(10);
  const { file } = await sendFile(owner, { room: ROOM }, "in the room.bin", bytes);
  const { file: open } = await sendFile(owner, { room: "lobby" }, "in the lobby.bin", bytes);
  const { file: folder } = await owner.asks("upload", { room: ROOM, name: "a folder", folder: true });
  await sendFile(owner, { folder }, "in it.bin", bytes);
  await owner.asks("finish", { file: folder });
  const get = (path: string) => (): [string, RequestInit] => [path, {}];
  const post = (path: string, body: object) => (): [string, RequestInit] => [
    path,
    { method: "POST", body: JSON.stringify(body) },
  ];
  return {
    "GET /": get("/"),
    "GET /health": get("/health"),
    "GET /ready": get("/ready"),
    "GET /metrics": get("/metrics"),
    "GET /session": get("/session"),
    "POST /session": post("/session", { op: "login", username: NAMES.suspended, password: PASSWORD }),
    "POST /ask": post("/ask", { op: "entry" }),
    "POST /files without a password": post("/files", {}),
    "GET /files/ID of the lobby": get(`/files/${open}`),
    "GET /files/ID of the private room": get(`/files/${file}`),
    "GET /files/ID of a folder of it": get(`/files/${folder}`),
    "GET /files/ID that is not there": get(`/files/${"0".repeat(26)}`),
    "PUT /files/ID of another": () => [`/files/${file}?offset=0`, { method: "PUT", body: "x" }],
    "GET /avatars/ID that is not there": get("/avatars/none"),
    "GET /account/export": get("/account/export"),
    "GET /mail/stop": get("/mail/stop"),
    "POST /mail/stop": () => ["/mail/stop?token=none", { method: "POST" }],
    "DELETE /session": () => ["/session", { method: "DELETE" }],
  };
}

function tokenOf(peer: Peer): string {
  return peer.lines.find(({ token }) => token !== undefined)!.token;
}
