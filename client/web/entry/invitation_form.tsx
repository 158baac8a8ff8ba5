/** The door to which the link of an invitation leads: what it is good for, and an account to be made with it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Answer } from "../../../server/core/shared/commands.ts";
import { faultWords } from "../fault_words.ts";
import { askAnonymously } from "../http.ts";
import { words } from "../words.ts";
import { Closed } from "./closed.tsx";
import { RegisterForm } from "./entry_forms.tsx";
import { entryRules } from "./entry_rules.ts";

export function InvitationForm({ code }: { code: string }) {
  const found = useSignal<Answer<"invitation"> | undefined>(undefined);
  const trouble = useSignal<(() => string) | undefined>(undefined);
  useEffect(() => {
    found.value = trouble.value = undefined;
    askAnonymously("invitation", { code }).then(
      (answer) => found.value = answer,
      (error) => trouble.value = () => faultWords(error),
    );
  }, [code]);
  if (trouble.value) return <Closed title={words.badInvitation} why={trouble.value()} />;
  if (!found.value) return <Closed title={words.invitation} why={words.loading} />;
  const { by, rooms, admin } = found.value;
  const lead = admin ? words.firstAdministrator : words.invitedByLink(by ?? "", rooms.join(", "));
  return (
    <RegisterForm
      title={words.invitation}
      lead={lead}
      invitation={code}
      domains={entryRules.value?.mail_domains ?? []}
    />
  );
}
