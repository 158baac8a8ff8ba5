/** Small line drawings, in the colour of the text around them. */

const PATHS = {
  archive: "M4 8h16v11a1 1 0 01-1 1H5a1 1 0 01-1-1V8zM3 4h18v4H3zM10 12h4",
  attach:
    "M19.500 11.500l-7.800 7.800a4.700 4.700 0 01-6.700-6.700l8.200-8.200a3.100 3.100 0 014.400 4.400l-8.200 8.200a1.600 1.600 0 01-2.200-2.200l7.300-7.300",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  document: "M6 3h8l5 5v12a1 1 0 01-1 1H6a1 1 0 01-1-1V4a1 1 0 011-1zM14 3v5h5M8.500 13h7M8.500 16.500h5",
  down: "M12 5v14M6 13l6 6 6-6",
  download: "M12 4v11M7 10.500l5 5 5-5M4.500 20h15",
  expand: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 100 6 3 3 0 000-6z",
  eye_off:
    "M4 4l16 16M9.5 5.9A9 9 0 0112 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 01-3 3.7M6 7.7A17 17 0 002.5 12S6 18.5 12 18.5a9 9 0 004-.9M9.9 9.9a3 3 0 004.2 4.2",
  file: "M6 3h8l5 5v12a1 1 0 01-1 1H6a1 1 0 01-1-1V4a1 1 0 011-1zM14 3v5h5",
  film: "M4 5h16v14H4zM8 5v14M16 5v14M4 9.500h4M4 14.500h4M16 9.500h4M16 14.500h4",
  folder: "M3 6a1 1 0 011-1h5l2 2.500h9a1 1 0 011 1V18a1 1 0 01-1 1H4a1 1 0 01-1-1V6z",
  hash: "M9.5 4L8 20M16 4l-1.5 16M4.5 9h16M3.5 15h16",
  leave: "M14 4H6a1 1 0 00-1 1v14a1 1 0 001 1h8M10 12h11M17.5 8l4 4-4 4",
  picture: "M4 4.500h16v15H4zM4 16l4.500-4.500 4 4 2.500-2.500 5 5M15 9.500h.01",
  people:
    "M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.300a3.5 3.5 0 010 6.400M18 14.600c2.1.8 3.5 2.8 3.5 5.4",
  plus: "M12 5v14M5 12h14",
  send: "M4 12l16-8-5 16-3.5-6.5L4 12zM11.5 13.5L20 4",
  sound:
    "M9 18V6l10-2v12M9 18a2.500 2.500 0 11-5 0 2.500 2.500 0 015 0zM19 16a2.500 2.500 0 11-5 0 2.500 2.500 0 015 0z",
  undo: "M8 5L3.5 9.5 8 14M4 9.5h10a5.5 5.5 0 010 11h-3",
} as const;

/** The name of a drawing. */
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
