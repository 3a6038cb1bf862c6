import { identityFacts, makeKeyRow, padText, timeFacts, type Judge, type KeyRow } from "@keywarden/inventory";
import { asJson, onlyOperand, type KeyAction } from "./key-work.ts";

/** `keywarden keys show <key id>` */
export const showKey: KeyAction = async ({ connect, judge, options, terminal, rest }) => {
  const id = onlyOperand(rest, "Name the one key to show: keywarden keys show <key id>.");
  const key = await (await connect()).show(id);
  const nowMs = terminal.now();
  const row = makeKeyRow(key, judge, nowMs);
  terminal.print(
    options.switches.has("json") ? `${JSON.stringify(asJson(row))}\n` : renderKey(row, judge, nowMs),
  );
  return 0;
};

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
