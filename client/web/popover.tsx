/**
 * Something small over everything else, beside what opened it. Escape, a press elsewhere and scrolling close it;
 * the focus goes in and returns. Draw it only while it is open.
 */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useBack } from "./back.ts";

interface PopoverProps {
  /** What it stands beside, and where the focus returns to. */
  anchor: () => HTMLElement | null;
  onClose: () => void;
  look: string;
  role?: "menu" | "dialog";
  label: string;
  children: ComponentChildren;
}

const GAP_PX = 6;
const EDGE_PX = 8;

export function Popover({ anchor, onClose, look, role = "dialog", label, children }: PopoverProps) {
  const box = useRef<HTMLDivElement>(null);
  useBack(() => box.current?.hidePopover());
  useLayoutEffect(() => {
    const element = box.current;
    const opener = anchor();
    if (!element || !opener) return;
    element.showPopover();
    place(element, opener);
    element.querySelector<HTMLElement>("[data-first], button, input")?.focus({ preventScroll: true });
    const { top } = opener.getBoundingClientRect();
    const moved = () => {
      // What is told now may have scrolled before it was opened, as the focus came to what opens it.
      if (Math.abs(opener.getBoundingClientRect().top - top) > 1) element.hidePopover();
    };
    const resized = () => element.hidePopover();
    addEventListener("scroll", moved, { capture: true, passive: true });
    addEventListener("resize", resized);
    return () => {
      removeEventListener("scroll", moved, { capture: true });
      removeEventListener("resize", resized);
      const within = element.contains(document.activeElement) || document.activeElement === document.body;
      if (within && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    <div
      class={`popover ${look}`}
      popover="auto"
      ref={box}
      role={role}
      aria-label={label}
      onToggle={(event) => {
        if (event.newState === "closed") onClose();
      }}
    >
      {children}
    </div>
  );
}

/** Below what opened it, or above where there is more room; always within the window. */
function place(element: HTMLElement, opener: HTMLElement): void {
  const at = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = element;
  const below = innerHeight - at.bottom - GAP_PX - EDGE_PX;
  const top = below >= height || below >= at.top ? at.bottom + GAP_PX : at.top - GAP_PX - height;
  const left = at.left + width > innerWidth - EDGE_PX ? at.right - width : at.left;
  element.style.top = `${clamp(top, innerHeight - height)}px`;
  element.style.left = `${clamp(left, innerWidth - width)}px`;
}

function clamp(value: number, most: number): number {
  return Math.max(EDGE_PX, Math.min(value, most - EDGE_PX));
}
