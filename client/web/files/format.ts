/** Bytes, speeds and times as people read them; no line breaks between a number and its unit. */
import { inByteUnit } from "../../transfer/byte_units.ts";
import { computed } from "@preact/signals";
import { locale } from "../language.ts";

const number = computed(() => new Intl.NumberFormat(locale.value, { maximumFractionDigits: 1 }));
const whole = computed(() => new Intl.NumberFormat(locale.value, { maximumFractionDigits: 0 }));
const times = computed(() => {
  const inUnit = (unit: "second" | "minute" | "hour") =>
    new Intl.NumberFormat(locale.value, { style: "unit", unit, unitDisplay: "short" });
  return { second: inUnit("second"), minute: inUnit("minute"), hour: inUnit("hour") };
});

/** Such as `950 B` or `12.4 MB`. */
export function formatBytes(bytes: number): string {
  const { value, unit, digits } = inByteUnit(bytes);
  return `${(digits === 0 ? whole : number).value.format(value)}\u00a0${unit}`;
}

/** Such as `10 minutes` or `1 day`: the largest unit that fits. */
export function formatMinutes(minutes: number): string {
  const [unit, size] = minutes % 10_080 === 0
    ? ["week", 10_080] as const
    : minutes % 1_440 === 0
    ? ["day", 1_440] as const
    : minutes % 60 === 0
    ? ["hour", 60] as const
    : ["minute", 1] as const;
  const format = new Intl.NumberFormat(locale.value, { style: "unit", unit, unitDisplay: "long" });
  return format.format(minutes / size);
}

/** Such as `8 sec`, `3 min` or `2 hr 10 min`. */
export function formatDuration(seconds: number): string {
  const { second, minute, hour } = times.value;
  if (seconds < 60) return second.format(Math.max(1, Math.round(seconds)));
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return minute.format(minutes);
  return `${hour.format(Math.floor(minutes / 60))} ${minute.format(minutes % 60)}`;
}
