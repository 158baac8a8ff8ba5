/** Bytes and times as people read them, in few columns. */

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Such as `950 B` or `12.4 MB`. */
export function bytesInWords(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${value.toFixed(value >= 100 || unit === 0 ? 0 : 1).replace(/\.0$/, "")} ${UNITS[unit]}`;
}

/** Such as `8 s`, `3 min` or `2 h 10 min`. */
export function secondsInWords(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
