/** Links to conversations of this page open here, also those that somebody has written with the whole address. */
import { go, parse, type Route } from "./route.ts";

/** The room or person that an address leads to, if it is one of this page's. */
export function conversationAt(href: string): Route | undefined {
  const url = URL.parse(href, document.baseURI);
  const isHere = url?.origin === location.origin && url.pathname === location.pathname && url.search === "";
  const route = isHere ? parse(url.hash) : undefined;
  return route?.at === "conversation" ? route : undefined;
}

// Not left to the browser: it does not know of the entry that what is open has in the history.
document.addEventListener("click", (event) => {
  const { button, ctrlKey, metaKey, shiftKey, altKey, target } = event;
  if (event.defaultPrevented || button !== 0 || ctrlKey || metaKey || shiftKey || altKey) return;
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>("a[href]") : null;
  if (!link || link.target !== "" || link.hasAttribute("download")) return;
  const inPage = link.getAttribute("href")!.startsWith("#/") || conversationAt(link.href);
  if (!inPage) return;
  event.preventDefault();
  if (link.hash !== location.hash) go(parse(link.hash));
});
