/** The mark: a board of four jacks, two of them joined by a cord. static/icon.svg is the same drawing. */

export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 64 64" aria-hidden="true">
      <rect class="logo-board" width="64" height="64" rx="16" />
      <circle class="logo-jack" cx="21" cy="20" r="8" />
      <circle class="logo-jack" cx="43" cy="20" r="8" />
      <circle class="logo-jack" cx="43" cy="45" r="8" />
      <circle class="logo-jack" cx="21" cy="45" r="8" />
      <path class="logo-cord" d="M21 20c0 20 22 5 22 25" />
      <circle class="logo-plug" cx="21" cy="20" r="5" />
      <circle class="logo-plug" cx="43" cy="45" r="5" />
    </svg>
  );
}
