/** A list of things to do that stands over everything else, beside what opened it; the arrow keys walk it. */
import { Icon, type IconName } from "./icon.tsx";
import { Popover } from "./popover.tsx";

/** One thing to do. */
export interface MenuAction {
  name: string;
  icon: IconName;
  /** It can't be undone. */
  danger?: boolean;
  act(): void;
  /** The menu stays open after it. */
  stays?: boolean;
}

interface ActionMenuProps {
  label: string;
  anchor: () => HTMLElement | null;
  actions: readonly MenuAction[];
  onClose: () => void;
}

export function ActionMenu({ label, anchor, actions, onClose }: ActionMenuProps) {
  return (
    <Popover anchor={anchor} role="menu" label={label} look="message-menu" onClose={onClose}>
      <div role="presentation" onKeyDown={walk}>
        {actions.map(({ name, icon, danger, act, stays }) => (
          <button
            key={name}
            type="button"
            role="menuitem"
            tabIndex={-1}
            class={danger ? "menu-deed menu-deed-danger" : "menu-deed"}
            onClick={() => {
              if (!stays) onClose();
              act();
            }}
          >
            <Icon name={icon} />
            {name}
          </button>
        ))}
      </div>
    </Popover>
  );
}

function walk(event: KeyboardEvent): void {
  const items = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=menuitem]")];
  const here = items.indexOf(document.activeElement as HTMLElement);
  const ways: Record<string, number> = {
    ArrowDown: here + 1,
    ArrowUp: here - 1,
    Home: 0,
    End: -1,
  };
  const to = ways[event.key];
  // Tab leaves it, as menus do.
  if (event.key === "Tab") {
    (event.currentTarget as HTMLElement).closest<HTMLElement>("[popover]")?.hidePopover();
  }
  if (to === undefined) return;
  event.preventDefault();
  items.at(to === items.length ? 0 : to)?.focus();
}
