import type { AuditEntry } from "@keywarden/management";
import { auditActions } from "../../audit/audit-actions.ts";
import { listAuditRoute } from "../../operator/list-audit.ts";
import { done, type Outcome } from "../../refusal.ts";
import { addressWith, queryOf, type Console, type ConsoleVisit } from "../console.ts";
import { textField } from "../markup/fields.ts";
import { html, type Html } from "../markup/html.ts";
import { empty, note } from "../markup/notes.ts";
import { ask } from "../../auth/ask.ts";
import { auditTable } from "./audit-table.ts";
import { findKey } from "./find-key.ts";

const ENTRIES_A_PAGE = 100;

/** The audit: of everything, or of one key. */
export function mountAudit(tools: Console): void {
  const { judge, show, page, problem } = tools;
  show("/console/audit", async (to) => {
    const log = await auditPage(tools, to, "/console/audit", {}, ENTRIES_A_PAGE);
    // What cannot be looked for is said beside the fields in which it stands.
    const isMistyped = !log.ok && log.refusal.code === "BAD_REQUEST";
    if (!log.ok && !isMistyped) return problem(to, log.refusal);
    return page(to, {
      title: "Audit",
      path: to.request.url,
      lead: "Every request that was carried out or refused, newest first.",
      body: html`${filters(tools, to)}${log.ok ? log.value : note(judge.show(log.refusal.message), "danger")}
        <p class="dim">
          <code>keywarden-server audit verify</code> checks that no entry was changed or taken away.
        </p>`,
    });
  });
  show("/console/keys/:id/log", async (to) => {
    const found = await findKey(tools, to);
    if (!found.ok) return problem(to, found.refusal);
    const { address, crumbs, name, row } = found.value;
    const log = await auditPage(tools, to, `${address}/log`, { key: row.id }, ENTRIES_A_PAGE);
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
  scope: { readonly key?: string; readonly provider?: string },
  limit: number,
): Promise<Outcome<Html>> {
  const [before, actor, action, asked] = ["before", "actor", "action", "provider"].map((name) =>
    queryOf(to, name),
  );
  const query = {
    order: "newest-first",
    limit,
    ...(asked !== "" && { provider: asked }),
    ...scope,
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
  if (entries.length === 0) {
    const isNarrow = [before, actor, action, asked].some((one) => one !== "") || scope.provider !== undefined;
    return done(
      isNarrow
        ? empty("No entry matches.", "Nothing that was asked for here was carried out or refused.")
        : empty("No entry.", "No request was carried out or refused."),
    );
  }
  const older = addressWith(path, {
    actor: actor ?? null,
    action: action ?? null,
    provider: scope.provider === undefined ? (asked ?? null) : null,
    before: nextBefore === null ? null : String(nextBefore),
  });
  return done(
    html`${auditTable(entries, judge, scope.key === undefined)}
    ${nextBefore !== null && html`<div class="pager"><span></span><a class="button" rel="next" href="${older}">Older</a></div>`}`,
  );
}

function filters({ context: { providers } }: Console, to: ConsoleVisit): Html {
  const field = (name: string, label: string, placeholder: string, list?: readonly string[]): Html =>
    textField(name, label, { value: queryOf(to, name), placeholder, ...(list !== undefined && { list }) });
  return html`<form class="search" action="/console/audit" role="search">
    ${field("actor", "Who", "token:ann")} ${field("action", "What was done", "key.revoked", auditActions)}
    ${field("provider", "Provider", "aforo", [...providers.keys()])}
    <button>Filter</button>
  </form>`;
}
