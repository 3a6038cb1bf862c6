import { safeText } from "@keywarden/inventory";
import type { AuditEntry } from "@keywarden/management";
import { connect } from "../keys/connect.ts";
import type { LogCall } from "../flags/log-flags.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden log`: the server's audit, of one key, by one actor or in a time. */
export async function log(call: LogCall, terminal: Terminal): Promise<ExitStatus> {
  const { key, actor, action, from, to, limit, format } = call.flags;
  const { client } = await connect(call, terminal);
  const { entries } = await client.audit({
    limit,
    order: "newest-first",
    ...(key !== undefined && { key }),
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(from !== undefined && { from: momentOf(from) }),
    ...(to !== undefined && { to: momentOf(to) }),
  });
  const isJson = format === "json";
  for (const entry of entries) terminal.print(isJson ? `${JSON.stringify(entry)}\n` : lineOf(entry));
  if (entries.length === limit && !isJson)
    terminal.warn(`These are the newest ${limit}; --limit shows more, --to goes further back.\n`);
  return 0;
}

const momentOf = (text: string): string => (/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);

function lineOf({ at, action, actor, subject, details }: AuditEntry): string {
  const { changes } = details;
  const what =
    typeof changes === "object" && changes !== null
      ? Object.entries(changes).map(([field, { from, to }]) => `${field}: ${asText(from)} → ${asText(to)}`)
      : [];
  const parts = [at, action, actor, subject ?? "", what.join(", ")].filter((part) => part !== "");
  return `${parts.map((part) => safeText(part)).join("  ")}\n`;
}

const asText = (value: unknown): string =>
  value === null ? "none" : typeof value === "string" ? value : JSON.stringify(value);
