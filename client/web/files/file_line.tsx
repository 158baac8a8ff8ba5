/** A file in one line: what it is, its name, what there is to say about it, and what can be done. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../icon.tsx";

/** What a {@link FileLine} is given. */
export interface FileLineProps {
  icon: IconName;
  name: string;
  note: ComponentChildren;
  /** Buttons and links at its end. */
  children?: ComponentChildren;
}

export function FileLine({ icon, name, note, children }: FileLineProps) {
  return (
    <div class="file-line">
      <span class={`file-icon file-icon-${icon}`}>
        <Icon name={icon} />
      </span>
      <div class="file-title">
        <strong title={name}>{name}</strong>
        <span>{note}</span>
      </div>
      {children}
    </div>
  );
}
