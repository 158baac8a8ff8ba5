/** Where one is in the page, as the address after `#` says it, so that back, forward and links work. */
import { signal } from "@preact/signals";
import { takeSpareEntry } from "./back.ts";

/** Which conversation: a room's, or the private one with a nickname; `person`: with somebody who had it before. */
export type Target = { readonly room: string } | { readonly with: string; readonly person?: string };

/** The screens before signing in. */
export type EntryScreenName = "sign-in" | "register" | "guest" | "forgot";

/** Every screen of the page. */
export type Route =
  | { at: "list" }
  /** `message`: the id of one in it that is to be shown. */
  | { at: "conversation"; target: Target; message?: string }
  | { at: EntryScreenName }
  | { at: "reset"; code: string }
  /** A mail address, with the code from the letter, or to be typed. */
  | { at: "confirm"; code: string }
  /** By its code. */
  | { at: "invitation"; code: string }
  /** A file whose link was followed by somebody whom the server did not know. */
  | { at: "file"; file: string; download: boolean };

const ENTRY: readonly string[] = ["sign-in", "register", "guest", "forgot"];

/** Where one is now. */
export const route = signal<Route>(parse(location.hash));
addEventListener("hashchange", () => route.value = parse(location.hash));

/** The address of a screen, for links. */
export function hrefOf(to: Route): string {
  if (to.at === "list") return "#/";
  if (to.at === "reset") return "#/reset";
  if (to.at === "confirm") return "#/confirm";
  if (to.at === "invitation") return `#/invitation/${encodeURIComponent(to.code)}`;
  if (to.at === "file") return `#/file/${encodeURIComponent(to.file)}${to.download ? "?download" : ""}`;
  if (to.at !== "conversation") return `#/${to.at}`;
  if ("room" in to.target) {
    const room = `#/room/${encodeURIComponent(to.target.room)}`;
    return to.message === undefined ? room : `${room}/${encodeURIComponent(to.message)}`;
  }
  const { with: nickname, person } = to.target;
  const name = `#/with/${encodeURIComponent(nickname)}`;
  return person === undefined ? name : `${name}/${encodeURIComponent(person)}`;
}

/** Goes somewhere. `replace`: back does not return to here. */
export function go(to: Route, replace = false): void {
  if (takeSpareEntry() || replace) history.replaceState(null, "", hrefOf(to));
  else history.pushState(null, "", hrefOf(to));
  route.value = to;
}

/** Reads an address; what it can't read is the list. */
export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [kind = "", name = "", part] = path.split("/");
  if (kind === "reset") return { at: "reset", code: new URLSearchParams(query).get("code") ?? "" };
  if (kind === "confirm") return { at: "confirm", code: name };
  if (ENTRY.includes(kind)) return { at: kind as EntryScreenName };
  if (!["room", "with", "file", "invitation"].includes(kind) || name === "") return { at: "list" };
  try {
    const decoded = decodeURIComponent(name);
    if (kind === "invitation") return { at: "invitation", code: decoded };
    if (kind === "file") return { at: "file", file: decoded, download: query === "download" };
    const further = part ? decodeURIComponent(part) : undefined;
    if (kind === "room") {
      return {
        at: "conversation",
        target: { room: decoded },
        ...(further !== undefined && { message: further }),
      };
    }
    return {
      at: "conversation",
      target: { with: decoded, ...(further !== undefined && { person: further }) },
    };
  } catch {
    return { at: "list" };
  }
}
