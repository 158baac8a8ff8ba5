/** Settings: where one is signed in, and signing out there. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { SessionSummary } from "../../../server/core/shared/commands.ts";
import { useChat } from "../chat/chat_context.ts";
import { useAttempt } from "../use_attempt.ts";
import { words } from "../words.ts";
import { fullTimeOf, sinceThen } from "../chat/time.tsx";

export function SessionList() {
  const { connection } = useChat();
  const sessions = useSignal<readonly SessionSummary[] | undefined>(undefined);
  const { trouble, attempt } = useAttempt();
  const load = async () => void (sessions.value = (await connection.ask("sessions", {})).sessions);
  const end = async (session: string) => {
    await connection.ask("session.end", { session });
    await load();
  };
  useEffect(() => void attempt(load), []);
  return (
    <section class="settings-part" aria-labelledby="sessions-title">
      <h3 id="sessions-title">{words.sessions}</h3>
      {trouble && <p class="form-error" role="alert">{trouble}</p>}
      {!sessions.value && !trouble && <p class="field-hint">{words.loading}</p>}
      <ul class="sessions">
        {sessions.value?.map((each) => (
          <li key={each.id} class="settings-line">
            <p>
              <strong>{deviceName(each.client) ?? words.unknownDevice}</strong>
              <span title={each.online ? undefined : fullTimeOf(each.used)}>{noteOf(each)}</span>
            </p>
            {each.current ? <span class="session-here">{words.thisSession}</span> : (
              <button
                type="button"
                class="button button-plain"
                aria-label={words.signOutOf(deviceName(each.client) ?? words.unknownDevice)}
                onClick={() => void attempt(() => end(each.id))}
              >
                {words.signOutThere}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function noteOf({ address, online, used }: SessionSummary): string {
  return [address, online ? words.onlineNow : words.lastSeen(sinceThen(used))].filter(Boolean).join(" · ");
}

// What contains the names of others comes before these.
const BROWSERS: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bMicroMessenger\//, "WeChat"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];
const SHOWN_CHARS_MAX = 60;

/** Such as `Firefox · Linux`; what is no browser, as it calls itself; undefined when it says nothing. */
function deviceName(client: string | null): string | undefined {
  if (!client) return undefined;
  const found = [BROWSERS, SYSTEMS].map((names) => names.find(([mark]) => mark.test(client))?.[1]);
  return found.filter(Boolean).join(" · ") || client.slice(0, SHOWN_CHARS_MAX);
}
