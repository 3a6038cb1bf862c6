import { formatMoment } from "@keywarden/inventory";
import type { AuditEntry } from "@keywarden/management";
import type { State } from "../state/state.ts";
import { whySourceEmpty } from "./empty-text.ts";
import type { Screen, ScreenColumn } from "./screen.ts";
import { momentColumn, textColumn } from "./text-columns.ts";

/** An entry that is safe to show. */
export interface ShownEntry extends AuditEntry {
  /** What it is about, by its name where that is known. */
  readonly about: string;
  /** All details in words. */
  readonly told: string;
  /** Those that tell entries apart. */
  readonly brief: string;
}

// Who it was has a column of its own, and which request it was is for those who search the log of the server.
const unlisted: ReadonlySet<string> = new Set(["actorId", "requestId", "firstRequestId"]);

const wordsOf = (details: readonly (readonly [string, unknown])[]): string =>
  details
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");

/** Makes entries safe to show; newest first. */
export function showEntries(
  entries: readonly AuditEntry[],
  { judge: { show }, byId }: State,
): readonly ShownEntry[] {
  return entries.map((entry) => {
    const details = Object.entries(entry.details);
    const subject = entry.subject === null ? null : show(entry.subject);
    return {
      ...entry,
      actor: show(entry.actor),
      action: show(entry.action),
      subject,
      about: byId.get(entry.subject ?? "")?.name ?? subject ?? "",
      told: show(wordsOf(details)),
      brief: show(wordsOf(details.filter(([name]) => !unlisted.has(name)))),
    };
  });
}

export const auditColumns: readonly ScreenColumn<ShownEntry>[] = [
  {
    ...momentColumn<ShownEntry>("at", "WHEN", { width: 9, priority: 2 }, ({ at }) => Date.parse(at)),
    rank: ({ sequence }) => -sequence,
  },
  textColumn("action", "WHAT", { width: 16, priority: 0, widest: 28 }, ({ action }) => action),
  textColumn("actor", "WHO", { width: 16, priority: 1, widest: 40 }, ({ actor }) => actor),
  {
    ...textColumn<ShownEntry>(
      "details",
      "DETAILS",
      { width: 16, priority: 4, widest: 90 },
      ({ brief }) => brief,
      () => "dim",
    ),
    value: ({ told }) => told,
  },
];

const aboutOf = ({ about, subject }: ShownEntry): string =>
  subject === null || about === subject ? about || "nothing in particular" : `${about} (${subject})`;

export const auditFacts: Screen<ShownEntry>["detail"] = (entry) => [
  { label: "what", text: entry.action, tone: "plain" },
  { label: "when", text: formatMoment(Date.parse(entry.at)), tone: "plain" },
  { label: "who", text: entry.actor, tone: "plain" },
  { label: "about", text: aboutOf(entry), tone: "plain" },
  { label: "details", text: entry.told || "none", tone: "plain" },
  { label: "position", text: `${entry.sequence} in the chain, ${entry.hash.slice(0, 16)}…`, tone: "dim" },
];

/** What was done at the server, and by whom. */
export const auditScreen: Screen<ShownEntry> = {
  id: "audit",
  title: "Audit",
  about: "what was done at the server, newest first",
  load: ["audit"],
  columns: [
    ...auditColumns,
    {
      ...textColumn<ShownEntry>(
        "subject",
        "ABOUT",
        { width: 16, priority: 3, widest: 40 },
        ({ about }) => about,
      ),
      value: ({ subject }) => subject,
    },
  ],
  sort: { column: "at", direction: "ascending" },
  rows: (state) => showEntries(state.readings.audit?.value ?? [], state),
  idOf: ({ sequence }) => String(sequence),
  nameOf: ({ action }) => action,
  wordsOf: (entry) =>
    [entry.action, entry.actor, entry.subject ?? "", entry.about, entry.told].join("\n").toLowerCase(),
  keyOf: ({ subject }, { byId }) => (subject === null ? undefined : byId.get(subject)),
  actions: ["filter", "details", "open", "palette", "help", "quit"],
  empty: (state) => whySourceEmpty(state, "audit", "entry", [[], [["bold", "  The audit is empty."]]]),
  detail: auditFacts,
};
