/**
 * A dialog over the page: the focus goes in, stays in, and returns. Escape, the cross and a click beside it close
 * it. Draw it only while it is open.
 */
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useBack } from "./back.ts";
import { Icon } from "./icon.tsx";
import { words } from "./words.ts";

interface DialogProps {
  title: string;
  onClose: () => void;
  /** A further class, for its look. */
  look?: string;
  children: ComponentChildren;
}

export function Dialog({ title, onClose, look = "", children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // At once: the event of its closing comes later, and until then keys and Back would take it for open.
  const close = () => {
    dialog.current?.close();
    isClosed();
    onClose();
  };
  const isClosed = useBack(close);
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      // What takes it away may be that the session has ended: it is not open at the next one.
      onClose();
      // What opened it may be drawn anew meanwhile; then there is nothing to return to.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      class={`dialog ${look}`}
      ref={dialog}
      aria-labelledby={id}
      // Told later: of one that is gone already it would close the next one.
      onClose={() => dialog.current && onClose()}
      // Escape. The cancel of a file chooser inside comes through here too.
      onCancel={(event) => event.target === dialog.current && close()}
      onMouseDown={(event) => event.target === dialog.current && close()}
    >
      <div class="dialog-sheet">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button
            type="button"
            class="icon-button"
            aria-label={words.close}
            title={words.close}
            onClick={close}
          >
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
