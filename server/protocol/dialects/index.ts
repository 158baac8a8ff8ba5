/** The dialects that this server speaks. Adding one is its file and a row here. */
import type { Dialect } from "../dialect.ts";
import { native } from "./native.ts";

/** Every dialect by its name, as `--listen PORT=NAME` takes it. */
export const DIALECTS: Readonly<Record<string, Dialect>> = { native };

/** What the main TCP port understands, told apart by what a peer says first. */
export const ON_TCP: readonly Dialect[] = [native];

/** What is spoken at which WebSocket path. */
export const ON_WEBSOCKET: ReadonlyMap<string, readonly Dialect[]> = new Map([["/ws", [native]]]);
