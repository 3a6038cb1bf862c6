import type { GuardDialect, GuardForm, JsonRecord } from "../guard-event.ts";
import { cursor } from "./cursor.ts";
import { nameInVsCode, vsCode } from "./vs-code.ts";

/**
 * Gives the form of the program that sent an event. Cursor, VS Code and Copilot CLI run the hooks of Claude Code as well,
 * and VS Code those of Copilot CLI, each with events and answers of its own.
 */
export function senderOf(dialect: GuardDialect, event: JsonRecord): GuardForm {
  if (dialect.id === "claude" && event["cursor_version"] !== undefined) return cursor;
  const isFromOthers =
    dialect.id === "copilot" || (dialect.id === "claude" && event["timestamp"] !== undefined);
  return isFromOthers && nameInVsCode(event) !== null ? vsCode : dialect;
}
