/** What keys there are. */
import { Dialog } from "../dialog.tsx";
import { words } from "../words.ts";
import { keysOpen, MAC } from "./use_shortcuts.ts";

const COMMAND = MAC ? "⌘" : "Ctrl";
const ALT = MAC ? "⌥" : "Alt";

export function KeySheet() {
  if (keysOpen.value !== "sheet") return null;
  const rows: readonly (readonly [what: string, ...keys: string[][]])[] = [
    [words.keyGoTo, [COMMAND, "K"]],
    [words.keyNext, [ALT, "↑"], [ALT, "↓"]],
    [words.keyUnread, [ALT, "Shift", "↑"], [ALT, "Shift", "↓"]],
    [words.keySend, ["Enter"]],
    [words.keyLine, ["Shift", "Enter"]],
    [words.keyEdit, ["↑"]],
    [words.keyComplete, ["@"], [":"]],
    [words.keyMessages, ["↑"], ["↓"], ["Home"], ["End"]],
    [words.keyClose, ["Esc"]],
    [words.keySheet, [COMMAND, "/"]],
  ];
  return (
    <Dialog title={words.keys} look="key-sheet" onClose={() => keysOpen.value = "none"}>
      <dl class="dialog-body keys">
        {rows.map(([what, ...ways]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {ways.map((keys, index) => (
                <span key={index}>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
