/** Tabs over what they show one of: the arrow keys go between them. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** `T`: the name of a tab. */
interface TabsProps<T extends string> {
  label: string;
  tabs: readonly { name: T; label: string }[];
  shown: T;
  onShow: (name: T) => void;
  /** What the shown tab shows. */
  children: ComponentChildren;
  /** What stands beside the tabs. */
  beside?: ComponentChildren;
}

export function Tabs<T extends string>({ label, tabs, shown, onShow, children, beside }: TabsProps<T>) {
  const id = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = tabs.at((tabs.findIndex(({ name }) => name === shown) + step) % tabs.length);
    if (!next) return;
    event.preventDefault();
    onShow(next.name);
    document.getElementById(`${id}-${next.name}`)?.focus();
  };
  return (
    <>
      <div class="tabs">
        <div role="tablist" aria-label={label} onKeyDown={onKeyDown}>
          {tabs.map(({ name, label }) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`${id}-${name}`}
              aria-selected={name === shown}
              aria-controls={`${id}-panel`}
              tabIndex={name === shown ? 0 : -1}
              onClick={() => onShow(name)}
            >
              {label}
            </button>
          ))}
        </div>
        {beside}
      </div>
      <div class="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown}`}>
        {children}
      </div>
    </>
  );
}
