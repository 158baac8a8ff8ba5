/** One choice of a few, side by side: radio buttons with another look. */
import { useId } from "preact/hooks";

/** `T`: what is chosen. */
interface SegmentedProps<T extends string> {
  label: string;
  options: readonly { value: T; label: string; lang?: string }[];
  chosen: T;
  onChoose: (value: T) => void;
}

export function Segmented<T extends string>({ label, options, chosen, onChoose }: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset class="segmented">
      <legend>{label}</legend>
      <div class="segmented-row">
        {options.map(({ value, label, lang }) => (
          <label key={value} lang={lang}>
            <input
              type="radio"
              name={name}
              value={value}
              checked={value === chosen}
              onChange={() => onChoose(value)}
            />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
