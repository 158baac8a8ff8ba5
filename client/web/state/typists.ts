/** Who is writing in a conversation just now, and saying that one does so oneself. */
import { signal } from "@preact/signals";
import { nameKey } from "./target_key.ts";

const SHOWN_MS = 6_000;
const SAID_EVERY_MS = 3_000;

/** Those who write in one conversation. */
export class Typists {
  /** Nicknames, the first to begin first. */
  readonly names = signal<readonly string[]>([]);
  readonly #say: () => void;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #saidAt = -SAID_EVERY_MS;

  /** `say` tells the others. */
  constructor(say: () => void) {
    this.#say = say;
  }

  /** Somebody is writing; it counts for a while. */
  heard(nickname: string): void {
    const key = nameKey(nickname);
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => this.stopped(nickname), SHOWN_MS));
    if (!this.names.value.some((each) => nameKey(each) === key)) {
      this.names.value = [...this.names.value, nickname];
    }
  }

  /** Somebody has said what they wrote, or was silent for a while. */
  stopped(nickname: string): void {
    const key = nameKey(nickname);
    clearTimeout(this.#timers.get(key));
    if (!this.#timers.delete(key)) return;
    this.names.value = this.names.value.filter((each) => nameKey(each) !== key);
  }

  /** One is writing oneself: the others are told, though not at each key. */
  write(): void {
    const now = performance.now();
    if (now - this.#saidAt < SAID_EVERY_MS) return;
    this.#saidAt = now;
    this.#say();
  }

  /** One has said it: the next key is told at once. */
  said(): void {
    this.#saidAt = -SAID_EVERY_MS;
  }
}
