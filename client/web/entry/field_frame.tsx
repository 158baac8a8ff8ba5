/** What stands around an input: its label, a hint, and what is wrong with what was written. */
import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useId } from "preact/hooks";
import { words } from "../words.ts";
import { useTrouble } from "./use_submit.ts";

/** What a {@link FieldFrame} is given. */
interface FieldFrameProps {
  name: string;
  label: string;
  hint?: string;
  optional?: boolean;
  /** Draws the input with what ties it to the rest. */
  children: (tied: Pick<InputHTMLAttributes, "id" | "name"> & Tied) => ComponentChildren;
}

interface Tied {
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
}

export function FieldFrame({ name, label, optional, children, ...given }: FieldFrameProps) {
  const id = useId();
  const trouble = useTrouble(name);
  const hint = given.hint === trouble ? undefined : given.hint;
  const described = [trouble && `${id}-trouble`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>
        {label} {optional && <span class="field-optional">{words.optional}</span>}
      </label>
      {children({
        id,
        name,
        "aria-describedby": described || undefined,
        "aria-invalid": trouble ? "true" : undefined,
      })}
      {trouble && <p class="field-trouble" id={`${id}-trouble`}>{trouble}</p>}
      {hint && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}
