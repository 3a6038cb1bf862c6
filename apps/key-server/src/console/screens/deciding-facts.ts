import { describeCalls, describeExposures } from "@keywarden/inventory";
import type { UsageReport } from "@keywarden/management";
import { showKeyUsageRoute } from "../../operator/show-key-usage.ts";
import type { Console, ConsoleVisit } from "../console.ts";
import { html, type Html } from "../markup/html.ts";
import { factList } from "../markup/notes.ts";
import { ask } from "../../auth/ask.ts";
import type { ShownKey } from "./find-key.ts";

const DAY_MS = 86_400_000;

/** What decides whether a key is revoked or rotated, beside its last use and its owner. */
export async function decidingFacts(tools: Console, { row }: ShownKey, to: ConsoleVisit): Promise<Html> {
  const { context, judge } = tools;
  const from = new Date(to.nowMs - DAY_MS + 1).toISOString();
  const usage = await ask(context, to, showKeyUsageRoute, {
    params: { id: row.id },
    query: { from, bucket: "hour" },
  });
  const { found } = await tools.lookForExposures();
  const exposure = describeExposures(row.id, found);
  const facts = factList([
    {
      label: "Calls in 24 h",
      text: usage.ok
        ? describeCalls(usage.value.body as UsageReport, to.nowMs)
        : judge.show(usage.refusal.message),
    },
    { label: "Exposure", text: judge.show(exposure.text), tone: exposure.tone },
  ]);
  return html`<section class="card">${facts}</section>`;
}
