/** The accounts of a server, in an administrator's hands. */
import { useSignal } from "@preact/signals";
import type { AccountSummary } from "../../../server/core/shared/admin_commands.ts";
import type { SessionSummary } from "../../../server/core/shared/commands.ts";
import { useChat } from "../chat/chat_context.ts";
import { dayAndTimeOf, sinceThen } from "../chat/time.tsx";
import { nameKey } from "../state/target_key.ts";
import { words } from "../words.ts";
import { useAdmin } from "./ask_admin.ts";
import { PagedList, type Pages, Sure, usePages } from "./pages.tsx";

const PAGE = 50;
const CLIENT_CHARS = 60;

export function Accounts() {
  const ask = useAdmin();
  const pages = usePages<AccountSummary>(async (text, last) => {
    const after = last === undefined ? {} : { after: last.username };
    const { accounts, more } = await ask("account.list", { ...after, ...(text && { text }), limit: PAGE });
    return { items: accounts, more };
  });
  return (
    <PagedList
      pages={pages}
      find={words.findAccount}
      none={words.found(0, false)}
      keyOf={({ username }) => username}
    >
      {(account) => <OneAccount account={account} pages={pages} />}
    </PagedList>
  );
}

interface OneAccountProps {
  account: AccountSummary;
  pages: Pages<AccountSummary>;
}

function OneAccount({ account, pages }: OneAccountProps) {
  const open = useSignal(false);
  const { username, nickname, email, role, disabledAt } = account;
  const notes = [
    username === nickname ? undefined : username,
    email,
    role === "admin" ? words.administrator : undefined,
    disabledAt === null ? seenOf(account) : words.suspended,
  ];
  return (
    <details onToggle={(event) => open.value = event.currentTarget.open}>
      <summary>
        <strong dir="auto">{nickname}</strong>
        <span dir="auto">{notes.filter(Boolean).join(" · ")}</span>
      </summary>
      {open.value && <AccountDeeds account={account} pages={pages} />}
    </details>
  );
}

function seenOf({ online, usedAt, createdAt }: AccountSummary): string {
  if (online) return words.onlineNow;
  return usedAt === null ? words.madeOn(dayAndTimeOf(createdAt)) : words.lastSeen(sinceThen(usedAt));
}

function AccountDeeds({ account, pages }: OneAccountProps) {
  const ask = useAdmin();
  const { nickname: me } = useChat();
  const { username: name, nickname, role, disabledAt } = account;
  const act = (deed: () => Promise<unknown>) => void pages.attempt(deed);
  const changed = (now: Partial<AccountSummary>) => pages.change(account, { ...account, ...now });
  const suspend = async () => {
    await ask(disabledAt === null ? "account.disable" : "account.enable", { name });
    changed({ disabledAt: disabledAt === null ? Date.now() : null, online: false });
  };
  const appoint = async () => {
    const { role: now } = await ask("account.role", { name, role: role === "admin" ? "member" : "admin" });
    changed({ role: now });
  };
  const end = async () => {
    await ask("account.delete", { name });
    await pages.reload();
  };
  return (
    <div class="admin-deeds">
      <ResetLink account={account} pages={pages} />
      {nameKey(nickname) !== nameKey(me) && (
        <>
          <Sure
            name={disabledAt === null ? words.suspend : words.resume}
            what={nickname}
            act={() => act(suspend)}
          />
          <Sure
            name={role === "admin" ? words.dismissAdmin : words.appointAdmin}
            what={nickname}
            act={() => act(appoint)}
          />
          <Sure name={words.deleteAccount} what={nickname} act={() => act(end)} />
        </>
      )}
      <Sessions account={account} pages={pages} />
    </div>
  );
}

/** A link with which its owner sets a new password. */
function ResetLink({ account: { username: name }, pages }: OneAccountProps) {
  const ask = useAdmin();
  const link = useSignal<string | undefined>(undefined);
  const make = async () => {
    // The page's own address is what whoever gets it can reach.
    const made = await ask("account.reset-link", { name });
    link.value = new URL(new URL(made.link).hash, document.baseURI).href;
  };
  if (link.value === undefined) {
    return (
      <button type="button" class="button button-plain" onClick={() => void pages.attempt(make)}>
        {words.makeResetLink}
      </button>
    );
  }
  return (
    <label class="admin-link">
      {words.resetLinkNote}
      <input
        type="text"
        dir="auto"
        readOnly
        value={link.value}
        onFocus={(event) => event.currentTarget.select()}
      />
    </label>
  );
}

/** Where somebody is signed in, once that is asked. */
function Sessions({ account: { username: name, nickname }, pages }: OneAccountProps) {
  const ask = useAdmin();
  const sessions = useSignal<readonly SessionSummary[] | undefined>(undefined);
  const look = async () => void (sessions.value = (await ask("account.sessions", { name })).sessions);
  const signOut = async (session?: string) => {
    await ask("account.sign-out", { name, ...(session !== undefined && { session }) });
    if (sessions.value) await look();
  };
  return (
    <>
      <Sure name={words.signOutEverywhere} what={nickname} act={() => void pages.attempt(() => signOut())} />
      <button type="button" class="button button-plain" onClick={() => void pages.attempt(look)}>
        {words.sessionsOf}
      </button>
      {sessions.value?.length === 0 && <p class="field-hint">{words.noSessions}</p>}
      <ul class="admin-sessions">
        {sessions.value?.map((each) => (
          <li key={each.id}>
            <span dir="auto">{noteOf(each)}</span>
            <button
              type="button"
              class="text-button"
              onClick={() => void pages.attempt(() => signOut(each.id))}
            >
              {words.signOutThere}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function noteOf({ address, client, online, used }: SessionSummary): string {
  const when = online ? words.onlineNow : words.lastSeen(sinceThen(used));
  return [address, client?.slice(0, CLIENT_CHARS), when].filter(Boolean).join(" · ");
}
