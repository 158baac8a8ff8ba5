/** What is shown before it is known who one is. */
import { Logo } from "../logo.tsx";

export function Waiting({ text }: { text: string }) {
  return (
    <main class="entry">
      <div class="waiting" role="status">
        <Logo />
        <p>{text}</p>
      </div>
    </main>
  );
}
