/** An administrator's questions and commands, each with the answer that goes with it. */
import type { AdminAnswer, AdminCommands, AdminOp } from "../../../server/core/shared/admin_commands.ts";
import { useChat } from "../chat/chat_context.ts";

/** Asks one thing. @throws RequestError */
type AskAdmin = <K extends AdminOp>(
  op: K,
  fields: AdminCommands[K]["asks"],
) => Promise<AdminAnswer<K>>;

/** Who asks: the chat's own connection. */
export function useAdmin(): AskAdmin {
  const { connection } = useChat();
  return async <K extends AdminOp>(op: K, fields: AdminCommands[K]["asks"]) =>
    await connection.ask("admin", { command: { op, ...fields } }) as unknown as AdminAnswer<K>;
}
