import type { Judge } from "@keywarden/inventory";
import type { AuditEntry } from "@keywarden/management";
import { html, type Html } from "./html.ts";
import { table } from "./table.ts";

/** The latest entries of the audit, newest first. */
export function auditBody(entries: readonly AuditEntry[], judge: Judge): Html {
  const rows = entries.map(
    ({ sequence, at, action, actor, subject, provider }) =>
      html`<tr>
        <td>${sequence}</td>
        <td>${at.slice(0, 19).replace("T", " ")}</td>
        <td>${judge.show(action)}</td>
        <td class="wide">${judge.show(actor)}</td>
        <td class="wide">${judge.show(subject ?? "")}</td>
        <td>${judge.show(provider ?? "")}</td>
      </tr>`,
  );
  return html`<p class="dim">
      The latest ${entries.length} entries, times in UTC. <code>keywarden-server audit verify</code> checks
      the chain.
    </p>
    ${table("Audit", ["No.", "When", "What", "Who", "Key", "Provider"], rows)}`;
}
