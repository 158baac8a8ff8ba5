/** The page: put together, and shown. */
import { render } from "preact";
import { registerWorker, watchVersion } from "./alerts/version.ts";
import { App } from "./app.tsx";
import { type Dialogs, onDemand } from "./on_demand.tsx";
import { start } from "./state/session.ts";
import { languageTried } from "./words.ts";
import "./links.ts";
import "./theme.ts";

/** `loadDialogs`: how the dialogs are had that come on demand. */
export async function openPage(loadDialogs: () => Promise<Dialogs>): Promise<void> {
  onDemand.load = loadDialogs;
  addEventListener("load", () => void registerWorker());
  // Nobody is to see it in one language first and then in another.
  await languageTried;
  render(<App />, document.getElementById("app")!);
  void start();
  void watchVersion();
}
