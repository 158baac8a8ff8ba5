/** Keeps only what is visible of a long list in the page: TanStack's virtualizer, driven by Preact. */
import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  Virtualizer,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";
import { useLayoutEffect, useMemo, useReducer } from "preact/hooks";

/** A virtualizer of a scrolled element. */
export type Virtual = Virtualizer<HTMLElement, HTMLElement>;

/** What the caller decides of it. */
type VirtualOptions =
  & Pick<
    VirtualizerOptions<HTMLElement, HTMLElement>,
    "count" | "getScrollElement" | "estimateSize" | "getItemKey"
  >
  & Partial<VirtualizerOptions<HTMLElement, HTMLElement>>;

/** Runs a virtualizer for as long as the component is there; it draws the component anew when the range changes. */
export function useVirtual(options: VirtualOptions): Virtual {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const all = {
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    ...options,
    onChange: (virtual: Virtual, sync: boolean) => {
      options.onChange?.(virtual, sync);
      redraw(undefined);
    },
  };
  const virtual = useMemo(() => new Virtualizer<HTMLElement, HTMLElement>(all), []);
  virtual.setOptions(all);
  useLayoutEffect(() => virtual._didMount(), []);
  useLayoutEffect(() => virtual._willUpdate());
  return virtual;
}

/** The rows in sight and `kept`, which has the focus; -1: no such row. */
export function rangeWith(range: Range, kept: number): number[] {
  const visible = defaultRangeExtractor(range);
  if (kept < 0 || kept >= range.count || visible.includes(kept)) return visible;
  return [...visible, kept].sort((a, b) => a - b);
}
