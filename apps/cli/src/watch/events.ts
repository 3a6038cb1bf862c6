import { safeText } from "@keywarden/inventory";
import type { SecurityEventView } from "@keywarden/management";
import { connect } from "../keys/connect.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import type { EventsCall } from "./event-flags.ts";

/** `keywarden events`: what the server noticed about keys, and about those who try keys. */
export async function events(call: EventsCall, terminal: Terminal): Promise<ExitStatus> {
  const { key, provider, code, severity, limit, format } = call.flags;
  const { client } = await connect(call, terminal);
  const page = await client.listSecurityEvents({
    limit,
    ...(key !== undefined && { key }),
    ...(provider !== undefined && { provider }),
    ...(code !== undefined && { code }),
    ...(severity !== undefined && { severity }),
  });
  const isJson = format === "json";
  for (const event of page.events) terminal.print(isJson ? `${JSON.stringify(event)}\n` : lineOf(event));
  if (page.events.length === 0 && !isJson) terminal.print("Nothing was noticed.\n");
  if (page.nextCursor !== null && !isJson)
    terminal.warn(`These are the newest ${page.events.length}; --limit shows more.\n`);
  return 0;
}

function lineOf({ firstAt, severity, code, subject, evidence, count }: SecurityEventView): string {
  const often = count === 1 ? [] : [`${count} times`];
  const parts = [firstAt, severity, code, subject, evidence, ...often];
  return `${parts.map((part) => safeText(part)).join("  ")}\n`;
}
