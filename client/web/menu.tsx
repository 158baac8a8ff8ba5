/** A button that opens a short list of things to do. Escape and going elsewhere close it. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useBack } from "./back.ts";
import { Icon, type IconName } from "./icon.tsx";

/** One thing to do. */
interface MenuItem {
  label: string;
  icon: IconName;
  /** What can't be undone is in another colour. */
  danger?: boolean;
  act: () => void;
}

interface MenuProps {
  label: string;
  icon?: IconName;
  items: readonly MenuItem[];
}

export function Menu({ label, icon = "more", items }: MenuProps) {
  const open = useSignal(false);
  const place = useRef<HTMLDivElement>(null);
  const isOpen = open.value;
  useEffect(() => {
    if (isOpen) place.current?.querySelector<HTMLElement>(".menu-list button")?.focus();
  }, [isOpen]);
  const onFocusOut = ({ relatedTarget }: FocusEvent) => {
    if (!place.current?.contains(relatedTarget as Node | null)) open.value = false;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && open.value) {
      open.value = false;
      place.current?.querySelector("button")?.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || !open.value) return;
    event.preventDefault();
    const buttons = [...place.current!.querySelectorAll<HTMLElement>(".menu-list button")];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    buttons.at((at + step) % buttons.length)?.focus();
  };
  return (
    <div class="menu" ref={place} onFocusOut={onFocusOut} onKeyDown={onKeyDown}>
      <button
        type="button"
        class="icon-button"
        aria-label={label}
        title={label}
        aria-expanded={isOpen}
        onClick={() => open.value = !open.value}
      >
        <Icon name={icon} />
      </button>
      {isOpen && (
        <ul class="menu-list">
          <ClosedByBack onBack={() => open.value = false} />
          {items.map((item) => (
            <li key={item.label}>
              <button
                type="button"
                class={item.danger ? "menu-item menu-danger" : "menu-item"}
                onClick={() => {
                  place.current?.querySelector("button")?.focus();
                  open.value = false;
                  item.act();
                }}
              >
                <Icon name={item.icon} />
                {item.label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Drawn as long as the list is. */
function ClosedByBack({ onBack }: { onBack: () => void }) {
  useBack(onBack);
  return null;
}
