import {
  columns,
  formatCountdown,
  identityFacts,
  isLiveRow,
  roleMay,
  timeFacts,
  type Act,
} from "@keywarden/inventory";
import { checkRole } from "../../auth/right.ts";
import { showKeyUsageRoute } from "../../operator/show-key-usage.ts";
import type { Console, ConsoleVisit } from "../console.ts";
import { html, type Html } from "../markup/html.ts";
import { factList, note } from "../markup/notes.ts";
import { auditPage } from "./audit-screen.ts";
import { findKey, type ShownKey } from "./find-key.ts";
import { keyAlertsCard } from "./key-alerts.ts";
import { keyAddress } from "./key-link.ts";
import { whenUnlocked } from "./locked-act.ts";
import { usageCard } from "./usage-card.ts";

const ENTRIES = 8;

/** One key: what it is, where it stands in time, how it is used, and what was done to it. */
export function mountKey(tools: Console): void {
  const { judge, show, page, problem } = tools;
  show("/console/keys/:id", async (to) => {
    const found = await findKey(tools, to);
    if (!found.ok) return problem(to, found.refusal);
    const key = found.value;
    const { row, address, name, crumbs } = key;
    const usage = await usageCard(tools, to, {
      title: "Use",
      path: address,
      route: showKeyUsageRoute,
      params: { id: row.id },
    });
    const facts = html`<section class="card">
        <h2>What it is</h2>
        ${factList(identityFacts(row, judge))}
        ${row.told.replaces !== null && html`<p class="dim">Made to replace <a href="${keyAddress(row.told.replaces)}">${judge.show(row.told.replaces)}</a>.</p>`}
      </section>
      <section class="card">
        <h2>In time</h2>
        ${graceBar(key, to.nowMs)} ${factList(timeFacts(row, judge, to.nowMs))}
      </section>`;
    return page(to, {
      title: name,
      path: to.request.url,
      crumbs: crumbs.slice(0, 1),
      lead: lead(key, to.nowMs),
      tools: acts(key, to),
      body: html`${!isLiveRow(row) && note("This key has ended and no longer works.")}
        ${row.told.state === "disabled" && note("This key is disabled: it is refused until it is enabled again.", "warning")}
        <div class="two">
          <div class="stack">
            ${usage} ${await keyAlertsCard(tools, to, key)} ${await logCard(tools, to, key)}
          </div>
          <div class="stack">${facts}</div>
        </div>`,
    });
  });
}

function lead({ row }: ShownKey, nowMs: number): Html {
  return html`<span class="row"
    ><code>${row.redacted}</code>
    <span class="badge ${columns.rotation.tone(row)}">${columns.rotation.text(row, nowMs)}</span>
    ${row.environment === "production" && html`<span class="badge">PRODUCTION</span>`}
    <span class="badge">${row.provider}</span></span
  >`;
}

function acts({ row, address }: ShownKey, to: ConsoleVisit): Html {
  if (!isLiveRow(row)) return html``;
  const isDisabled = row.told.state === "disabled";
  const all: readonly (readonly [act: Act, word: string, style: string])[] = [
    ...(isDisabled ? [] : [["rotate", "Rotate", "main"] as const]),
    ["edit", "Edit and restrict", ""],
    isDisabled ? ["enable", "Enable", ""] : ["disable", "Disable", ""],
    ["revoke", "Revoke", "end"],
  ];
  const may = all.filter(([act]) => roleMay(to.viewer.role, act));
  return whenUnlocked(
    to,
    may.map(([, word]) => word.toLowerCase()),
    html`${may.map(([act, word, style]) => html`<a class="button ${style}" href="${address}/${act}">${word}</a> `)}`,
  );
}

function graceBar({ row, provider }: ShownKey, nowMs: number): Html | false {
  if (row.rotation.state !== "in-grace") return false;
  const { graceUntilMs } = row.rotation;
  const wholeSeconds = provider?.profile.rotation.graceSeconds ?? 0;
  const seconds = Math.max(0, (graceUntilMs - nowMs) / 1000);
  return html`<p>
      The old key works for another
      <b data-until="${new Date(graceUntilMs).toISOString()}" data-now="${new Date(nowMs).toISOString()}"
        >${formatCountdown(seconds)}</b
      >.
    </p>
    <progress
      class="grace"
      max="${Math.max(wholeSeconds, seconds)}"
      value="${seconds}"
      aria-label="What is left of the grace period"
    ></progress>`;
}

async function logCard(tools: Console, to: ConsoleVisit, { row, address }: ShownKey): Promise<Html | false> {
  if (!checkRole(to.viewer.role, "audit").ok) return false;
  const log = await auditPage(tools, to, `${address}/log`, { key: row.id }, ENTRIES);
  if (!log.ok) return false;
  return html`<section class="stack">
    <div class="row"><h2>Log</h2></div>
    ${log.value}
  </section>`;
}
