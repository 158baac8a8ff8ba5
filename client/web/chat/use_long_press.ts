/** A finger that stays on something, as a right click does for a mouse. */
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

const PRESS_MS = 500;
/** A finger is never quite still. */
const STILL_PX = 10;
/** What has a long press of its own: the browser's, for links and text. */
const OWN = "a, input, textarea, video, pre";

/**
 * Calls `act` when the finger is lifted after it has stayed: what opens earlier would be closed by the lifting. `inside`
 * is any element within what is pressed, `around` selects that.
 */
export function useLongPress(inside: RefObject<Element | null>, around: string, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const element = inside.current?.closest<HTMLElement>(around);
    return element ? listen(element, () => latest.current()) : undefined;
  }, []);
}

function listen(element: HTMLElement, act: () => void): () => void {
  const stop = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(
    name: K,
    run: (event: HTMLElementEventMap[K]) => void,
    capture = false,
  ) => element.addEventListener(name, run, { signal: stop.signal, capture });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start: PointerEvent | undefined;
  let held = false;
  const end = () => {
    clearTimeout(timer);
    start = undefined;
    element.removeAttribute("data-held");
  };
  on("pointerdown", (event) => {
    end();
    held = false;
    if (event.pointerType !== "touch" || !event.isPrimary || (event.target as Element).closest(OWN)) return;
    start = event;
    timer = setTimeout(() => {
      held = true;
      element.setAttribute("data-held", "");
    }, PRESS_MS);
  });
  on("pointermove", ({ clientX, clientY }) => {
    if (start && Math.hypot(clientX - start.clientX, clientY - start.clientY) > STILL_PX) {
      held = false;
      end();
    }
  });
  on("pointerup", () => {
    if (held) setTimeout(act);
    end();
  });
  // It scrolls.
  on("pointercancel", () => {
    held = false;
    end();
  });
  on("contextmenu", (event) => start && event.preventDefault());
  // What is under the finger is not pressed besides.
  on("click", (event) => {
    if (!held) return;
    held = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  return () => {
    end();
    stop.abort();
  };
}
