import { identityFacts, makeKeyRow, padText, timeFacts, type Judge, type KeyRow } from "@keywarden/inventory";
import type { AnswerFlags } from "../flags/report-flags.ts";
import type { ExitStatus } from "../terminal.ts";
import { asJson, type KeyWork } from "./key-work.ts";

/** `keywarden keys show <key id>` */
export async function showKeyAtServer(
  { connect, judge, terminal }: KeyWork,
  { format }: AnswerFlags,
  id: string,
): Promise<ExitStatus> {
  const { client, now } = await connect();
  const key = await client.show(id);
  const nowMs = now();
  const row = makeKeyRow(key, judge, nowMs);
  terminal.print(format === "json" ? `${JSON.stringify(asJson(row))}\n` : renderKey(row, judge, nowMs));
  return 0;
}

// A line for each fact.
function renderKey(row: KeyRow, judge: Judge, nowMs: number): string {
  const facts = [
    { label: "name", text: row.name },
    ...identityFacts(row, judge),
    ...timeFacts(row, judge, nowMs),
  ];
  return facts.map(({ label, text }) => `${padText(label, labelWidth)}${text}\n`).join("");
}

const labelWidth = 16;
