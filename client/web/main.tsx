/** The page's entry. */
import { render } from "preact";
import { registerWorker, watchVersion } from "./alerts/version.ts";
import { App } from "./app.tsx";
import { start } from "./state/session.ts";
import "./links.ts";
import "./theme.ts";

render(<App />, document.getElementById("app")!);
void start();
void watchVersion();
addEventListener("load", () => void registerWorker());
