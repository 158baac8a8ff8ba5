/** Every attack there is. */
import type { Attack } from "./attack.ts";
import { FILE_ATTACKS } from "./file_attacks.ts";
import { GUESS_ATTACKS } from "./guess_attacks.ts";
import { HTTP_ATTACKS } from "./http_attacks.ts";
import { STORE_ATTACKS } from "./store_attacks.ts";
import { WIRE_ATTACKS } from "./wire_attacks.ts";

/** In the order of the table. */
export const ATTACKS: readonly Attack[] = [
  ...FILE_ATTACKS,
  ...GUESS_ATTACKS,
  ...HTTP_ATTACKS,
  ...STORE_ATTACKS,
  ...WIRE_ATTACKS,
];
