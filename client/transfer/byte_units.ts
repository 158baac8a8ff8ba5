/** How many bytes, in the unit in which people read it. */

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Below a thousand of the unit (of 1,000 each), with one digit after the point where there are fewer than a hundred. */
export function inByteUnit(bytes: number): { value: number; unit: string; digits: 0 | 1 } {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return { value, unit: UNITS[unit]!, digits: value >= 100 || unit === 0 ? 0 : 1 };
}
