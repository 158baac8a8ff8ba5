/** Doing what may fail, and saying why it did. */
import { useSignal } from "@preact/signals";
import { faultWords } from "./fault_words.ts";

/** What was attempted last. */
interface Attempt {
  /** Why it failed, in the language of the moment; empty: it did not. */
  readonly trouble: string;
  /** Resolves in any case. */
  attempt(act: () => Promise<unknown>): Promise<void>;
}

export function useAttempt(): Attempt {
  const trouble = useSignal<(() => string) | undefined>(undefined);
  return {
    trouble: trouble.value?.() ?? "",
    async attempt(act) {
      trouble.value = undefined;
      try {
        await act();
      } catch (thrown) {
        trouble.value = () => faultWords(thrown);
      }
    },
  };
}
