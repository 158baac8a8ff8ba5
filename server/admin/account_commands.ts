/** `switchboard account …`: accounts in the hands of whoever runs the server. */
import { Argument, type Command } from "commander";
import type { Config } from "../config/config.ts";
import type { AccountSummary } from "../core/shared/admin_commands.ts";
import type { AdminApi } from "../protocol/admin_api.ts";
import { askPassword } from "./ask_password.ts";
import { columns, shownTime } from "./columns.ts";

/** Runs something at a service's api; gives what to print. */
export type WithAdminApi = (given: Partial<Config>, act: (api: AdminApi) => Promise<string>) => Promise<void>;

/** Adds the commands. */
export function addAccountCommands(account: Command, withAdminApi: WithAdminApi): void {
  account.command("list").description("every account, with when it was last used").option(
    "--json",
    "one JSON object a line",
  ).action((_options, command: Command) => {
    const given = command.optsWithGlobals<Partial<Config> & { json?: boolean }>();
    return withAdminApi(given, async (api) => listed(await everyAccount(api), given.json === true));
  });
  account.command("add").description(
    "makes an account; asks for its password, or reads it from standard input",
  )
    .argument("<username>").option("--nickname <name>", "what others see; default: the username")
    .option("--email <address>", "for a forgotten password").option("--phone <number>")
    .option("--admin", "an administrator's: they run the server together with you")
    .action((username: string, { nickname, email, phone, admin }, command: Command) =>
      withAdminApi(command.optsWithGlobals(), async (api) => {
        const password = await askPassword();
        const more = { ...(email && { email }), ...(phone && { phone }), ...(admin && { admin }) };
        await api.ask({ op: "account.add", username, nickname: nickname ?? username, password, ...more });
        return admin
          ? `${username} can sign in now, and is an administrator.`
          : `${username} can sign in now.`;
      })
    );
  account.command("passwd").description("sets another password; whoever is signed in there is signed out")
    .argument("<name>", "username, nickname or email").action((name: string, _options, command: Command) =>
      withAdminApi(command.optsWithGlobals(), async (api) => {
        const password = await askPassword();
        const { username } = await api.ask({ op: "account.passwd", name, password });
        return `${username} has another password now.`;
      })
    );
  addSessionCommands(account, withAdminApi);
  account.command("role").description("makes somebody an administrator, or an ordinary member again")
    .argument("<name>", "username, nickname or email")
    .addArgument(new Argument("<role>").choices(["admin", "member"]))
    .action((name: string, role: "admin" | "member", _options, command: Command) =>
      withAdminApi(command.optsWithGlobals(), async (api) => {
        const { username } = await api.ask({ op: "account.role", name, role });
        return role === "admin" ? `${username} is an administrator now.` : `${username} is no administrator.`;
      })
    );
  const named = (
    op: string,
    description: string,
    act: (api: AdminApi, name: string) => Promise<string>,
  ) =>
    account.command(op).description(description).argument("<name>", "username, nickname or email")
      .action((name: string, _options, command: Command) =>
        withAdminApi(command.optsWithGlobals(), (api) => act(api, name))
      );
  named("disable", "lets nobody sign in with it; its names stay taken", async (api, name) => {
    const { username } = await api.ask({ op: "account.disable", name });
    return `${username} can't sign in any more; "account enable" lets them again.`;
  });
  named("enable", "lets its owner sign in again", async (api, name) => {
    const { username } = await api.ask({ op: "account.enable", name });
    return `${username} can sign in again.`;
  });
  named("delete", "ends it for good; its names are free then, what it wrote stays", async (api, name) => {
    const { username } = await api.ask({ op: "account.delete", name });
    return `${username} is gone.`;
  });
  named("reset-link", "prints a link to a new password, good once and for a day", async (api, name) => {
    const { link, expiresAt } = await api.ask({ op: "account.reset-link", name });
    return `${link}\nGood once, until ${shownTime(expiresAt)}. Hand it over where nobody else reads it.`;
  });
}

/** Where somebody is signed in, and the end of that. */
function addSessionCommands(account: Command, withAdminApi: WithAdminApi): void {
  account.command("sessions").description("where somebody is signed in")
    .argument("<name>", "username, nickname or email").action((name: string, _options, command: Command) =>
      withAdminApi(command.optsWithGlobals(), async (api) => {
        const { sessions } = await api.ask({ op: "account.sessions", name });
        if (sessions.length === 0) return `${name} is not signed in anywhere.`;
        const rows = sessions.map(({ id, address, client, used, online }) => [
          ...[id, address, client, shownTime(used), online ? "online" : null],
        ]);
        return columns([["SESSION", "FROM", "PROGRAM", "LAST USED", "STATE"], ...rows]);
      })
    );
  account.command("sign-out").description("ends somebody's sessions, or one of them")
    .argument("<name>", "username, nickname or email").argument("[session]")
    .action((name: string, session: string | undefined, _options, command: Command) =>
      withAdminApi(command.optsWithGlobals(), async (api) => {
        const one = session === undefined ? {} : { session };
        const { username } = await api.ask({ op: "account.sign-out", name, ...one });
        return session === undefined
          ? `${username} is signed out everywhere.`
          : `${username} is signed out there.`;
      })
    );
}

async function everyAccount(api: AdminApi): Promise<AccountSummary[]> {
  const all: AccountSummary[] = [];
  for (let more = true; more;) {
    const after = all.at(-1)?.username;
    const page = await api.ask({ op: "account.list", ...(after !== undefined && { after }) });
    all.push(...page.accounts);
    more = page.more;
  }
  return all;
}

function listed(accounts: readonly AccountSummary[], json: boolean): string {
  if (json) return accounts.map((account) => JSON.stringify(account)).join("\n");
  if (accounts.length === 0) return "There are no accounts.";
  const stateOf = ({ online, disabledAt, unconfirmed }: AccountSummary) =>
    disabledAt !== null ? "disabled" : unconfirmed ? "address not confirmed" : online ? "online" : null;
  return columns([
    ["USERNAME", "NICKNAME", "EMAIL", "ROLE", "MADE", "LAST USED", "STATE"],
    ...accounts.map((each) => [
      each.username,
      each.nickname,
      each.email,
      each.role,
      shownTime(each.createdAt),
      shownTime(each.usedAt),
      stateOf(each),
    ]),
  ]);
}
