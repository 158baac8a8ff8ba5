/** The page's entry. It alone leads to what comes on demand, which needs the page. */
import { openPage } from "./page.tsx";

void openPage(() => import("./dialogs.ts"));
