import type { Judge } from "@keywarden/inventory";
import type { AuditEntry } from "@keywarden/management";
import { html, type Html } from "../markup/html.ts";
import { table } from "../markup/table.ts";
import { keyAddress } from "./key-link.ts";

/** Writes entries of the audit as a table; a key's own page leaves out whose they are. */
export function auditTable(entries: readonly AuditEntry[], judge: Judge, hasKey: boolean): Html {
  const titles = ["When (UTC)", "What", "Who", ...(hasKey ? ["Key"] : []), "Details"];
  return table(
    hasKey ? "Audit" : "This key's log",
    titles.map((title) => ({ title, isExtra: title === "Details", isLong: title === "Details" })),
    entries.map(({ at, action, actor, subject, details, sequence }) => [
      {
        body: html`<time datetime="${at}" title="entry ${sequence}"
          >${at.slice(0, 19).replace("T", " ")}</time
        >`,
      },
      { body: judge.show(action) },
      { body: shorten(judge.show(actor)) },
      ...(hasKey ? [{ body: subjectLink(subject, judge) }] : []),
      { body: describeDetails(details, judge), tone: "dim" as const },
    ]),
  );
}

function subjectLink(subject: string | null, judge: Judge): Html | string {
  if (subject === null) return "";
  const text = judge.show(subject);
  return subject.startsWith("key_")
    ? html`<a href="${keyAddress(subject)}" title="${text}">${shorten(text)}</a>`
    : text;
}

/** Cuts long ids to what tells them apart in a list; links and the API have them whole. */
function shorten(text: string): string {
  return text.replaceAll(/\b([a-z]+_[0-9a-f]{8})[0-9a-f]{16,}/g, "$1…");
}

const hidden = new Set(["requestId", "firstRequestId", "actorId", "previousValidUntilMs"]);

// Where a request came from is told in few words; the whole entry is in the API and in the export.
function describeDetails(details: AuditEntry["details"], judge: Judge): string {
  return Object.entries(details)
    .filter(([name, value]) => !hidden.has(name) && typeof value !== "object")
    .map(([name, value]) => `${name} ${String(value)}`)
    .map((text) => shorten(judge.show(text)))
    .join(" · ");
}
