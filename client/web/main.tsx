/** The page's entry. */
import { render } from "preact";
import { App } from "./app.tsx";
import { start } from "./state/session.ts";
import "./theme.ts";

render(<App />, document.getElementById("app")!);
void start();
