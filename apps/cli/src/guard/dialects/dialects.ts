import type { GuardDialect } from "../guard-event.ts";
import { claude } from "./claude.ts";
import { codex } from "./codex.ts";
import { copilot } from "./copilot.ts";
import { cursor } from "./cursor.ts";
import { gemini } from "./gemini.ts";

/** Every agent that can be guarded. */
export const agentDialects: readonly GuardDialect[] = [claude, codex, cursor, gemini, copilot];
