import type { AuditEntry } from "@keywarden/management";
import { listAuditRoute } from "../../operator/list-audit.ts";
import { done, type Outcome } from "../../refusal.ts";
import { addressWith, queryOf, type Console, type ConsoleVisit } from "../console.ts";
import { html, type Html } from "../markup/html.ts";
import { empty } from "../markup/notes.ts";
import { ask } from "../../auth/ask.ts";
import { auditTable } from "./audit-table.ts";
import { findKey } from "./find-key.ts";

const ENTRIES_A_PAGE = 100;

/** The audit: of everything, or of one key. */
export function mountAudit(tools: Console): void {
  const { show, page, problem } = tools;
  show("/console/audit", async (to) => {
    const log = await auditPage(tools, to, "/console/audit", null, ENTRIES_A_PAGE);
    if (!log.ok) return problem(to, log.refusal);
    return page(to, {
      title: "Audit",
      path: to.request.url,
      lead: "Every request that was carried out or refused, newest first.",
      body: html`${filters(to)}${log.value}
        <p class="dim">
          <code>keywarden-server audit verify</code> checks that no entry was changed or taken away.
        </p>`,
    });
  });
  show("/console/keys/:id/log", async (to) => {
    const found = await findKey(tools, to);
    if (!found.ok) return problem(to, found.refusal);
    const { address, crumbs, name, row } = found.value;
    const log = await auditPage(tools, to, `${address}/log`, row.id, ENTRIES_A_PAGE);
    if (!log.ok) return problem(to, log.refusal);
    return page(to, {
      title: "Log",
      path: to.request.url,
      crumbs,
      lead: `What was done to ${name}.`,
      body: log.value,
    });
  });
}

/** Reads one page of the audit, newest first, and writes it with a link to older entries. */
export async function auditPage(
  { context, judge }: Console,
  to: ConsoleVisit,
  path: string,
  key: string | null,
  limit: number,
): Promise<Outcome<Html>> {
  const [before, actor, action] = ["before", "actor", "action"].map((name) => queryOf(to, name));
  const query = {
    order: "newest-first",
    limit,
    ...(key !== null && { key }),
    ...(before !== "" && { before }),
    ...(actor !== "" && { actor }),
    ...(action !== "" && { action }),
  };
  const answer = await ask(context, to, listAuditRoute, { query });
  if (!answer.ok) return answer;
  const { entries, nextBefore } = answer.value.body as {
    readonly entries: readonly AuditEntry[];
    readonly nextBefore: number | null;
  };
  if (entries.length === 0) return done(empty("No entry.", "No request was carried out or refused."));
  const older = addressWith(path, {
    actor: actor ?? null,
    action: action ?? null,
    before: nextBefore === null ? null : String(nextBefore),
  });
  return done(
    html`${auditTable(entries, judge, key === null)}
    ${nextBefore !== null && html`<div class="pager"><span></span><a class="button" rel="next" href="${older}">Older</a></div>`}`,
  );
}

function filters(to: ConsoleVisit): Html {
  const field = (name: string, label: string, placeholder: string): Html =>
    html`<input
      name="${name}"
      value="${queryOf(to, name)}"
      aria-label="${label}"
      placeholder="${placeholder}"
    />`;
  return html`<form class="search" action="/console/audit" role="search">
    ${field("actor", "Who", "token:ann")} ${field("action", "What was done", "key.revoked")}
    <button>Filter</button>
  </form>`;
}
