/** Everything that can be done with a message. The arrow keys go through it. */
import { Icon, type IconName } from "../icon.tsx";
import { Popover } from "../popover.tsx";
import { words } from "../words.ts";

/** One thing to do. */
export interface MessageDeed {
  name: string;
  icon: IconName;
  /** It can't be undone. */
  danger?: boolean;
  act(): void;
  /** The menu stays open after it. */
  stays?: boolean;
}

/** What a {@link MessageMenu} is given. */
interface MessageMenuProps {
  anchor: () => HTMLElement | null;
  deeds: readonly MessageDeed[];
  onClose: () => void;
}

export function MessageMenu({ anchor, deeds, onClose }: MessageMenuProps) {
  return (
    <Popover anchor={anchor} role="menu" label={words.messageMenu} look="message-menu" onClose={onClose}>
      <div role="presentation" onKeyDown={walk}>
        {deeds.map(({ name, icon, danger, act, stays }) => (
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
