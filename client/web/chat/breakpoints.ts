/** Window widths at which the layout changes, as the style sheets have them too. */

/** From here on the members stand beside the conversation; below they lie over it. */
export const WIDE = "(min-width: 1080px)";
