import { formatMoment } from "@keywarden/inventory";
import type { AuditEntry } from "@keywarden/management";
import type { State } from "../state/state.ts";
import { whySourceEmpty } from "./empty-text.ts";
import type { Screen, ScreenColumn } from "./screen.ts";
import { momentColumn, textColumn } from "./text-columns.ts";

const detailsOf = ({ details }: AuditEntry): string =>
  Object.entries(details)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");

/** Makes entries safe to show; newest first. */
export function showEntries(
  entries: readonly AuditEntry[],
  { judge: { show } }: State,
): readonly AuditEntry[] {
  return entries.map((entry) => ({
    ...entry,
    actor: show(entry.actor),
    action: show(entry.action),
    subject: entry.subject === null ? null : show(entry.subject),
    details: { "": show(detailsOf(entry)) },
  }));
}

const told = ({ details: { "": words } }: AuditEntry): string => (typeof words === "string" ? words : "");

export const auditColumns: readonly ScreenColumn<AuditEntry>[] = [
  {
    ...momentColumn<AuditEntry>("at", "WHEN", { width: 9, priority: 2 }, ({ at }) => Date.parse(at)),
    rank: ({ sequence }) => -sequence,
  },
  textColumn("action", "WHAT", { width: 16, priority: 0, widest: 28 }, ({ action }) => action),
  textColumn("actor", "WHO", { width: 16, priority: 1, widest: 40 }, ({ actor }) => actor),
  textColumn("details", "DETAILS", { width: 16, priority: 4, widest: 90 }, told, () => "dim"),
];

export const auditFacts: Screen<AuditEntry>["detail"] = (entry) => [
  { label: "what", text: entry.action, tone: "plain" },
  { label: "when", text: formatMoment(Date.parse(entry.at)), tone: "plain" },
  { label: "who", text: entry.actor, tone: "plain" },
  { label: "about", text: entry.subject ?? "nothing in particular", tone: "plain" },
  { label: "details", text: told(entry) || "none", tone: "plain" },
  { label: "position", text: `${entry.sequence} in the chain, ${entry.hash.slice(0, 16)}…`, tone: "dim" },
];

/** What was done at the server, and by whom. */
export const auditScreen: Screen<AuditEntry> = {
  id: "audit",
  title: "Audit",
  about: "what was done at the server, newest first",
  load: ["audit"],
  columns: [
    ...auditColumns,
    textColumn("subject", "ABOUT", { width: 16, priority: 3, widest: 40 }, ({ subject }) => subject ?? ""),
  ],
  sort: { column: "at", direction: "ascending" },
  rows: (state) => showEntries(state.readings.audit?.value ?? [], state),
  idOf: ({ sequence }) => String(sequence),
  nameOf: ({ action }) => action,
  wordsOf: (entry) => [entry.action, entry.actor, entry.subject ?? "", told(entry)].join("\n").toLowerCase(),
  keyOf: ({ subject }, { byId }) => (subject === null ? undefined : byId.get(subject)),
  actions: ["filter", "details", "open", "palette", "help", "quit"],
  empty: (state) => whySourceEmpty(state, "audit", "entry", [[], [["bold", "  The audit is empty."]]]),
  detail: auditFacts,
};
