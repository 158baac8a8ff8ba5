/** A choice between yes and no, with what it means. */

interface CheckProps {
  label: string;
  note: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function Check({ label, note, checked, onChange }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>
        {label}
        <small>{note}</small>
      </span>
    </label>
  );
}
