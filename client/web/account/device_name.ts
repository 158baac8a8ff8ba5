/** Which browser on which system a `User-Agent` speaks of, as far as people tell them apart. */

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
export function deviceName(client: string | null): string | undefined {
  if (!client) return undefined;
  const found = [BROWSERS, SYSTEMS].map((names) => names.find(([mark]) => mark.test(client))?.[1]);
  return found.filter(Boolean).join(" · ") || client.slice(0, SHOWN_CHARS_MAX);
}
