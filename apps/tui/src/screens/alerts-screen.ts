import { formatMoment } from "@keywarden/inventory";
import type { SecurityEventView } from "@keywarden/management";
import { whySourceEmpty } from "./empty-text.ts";
import type { Screen } from "./screen.ts";
import { momentColumn, textColumn } from "./text-columns.ts";

/** What was noticed about the use of keys. */
export const alertsScreen: Screen<SecurityEventView> = {
  id: "alerts",
  title: "Alerts",
  about: "what was noticed about the use of keys",
  load: ["alerts"],
  columns: [
    momentColumn("at", "LAST", { width: 9, priority: 1 }, ({ lastAt }) => Date.parse(lastAt)),
    textColumn("what", "WHAT", { width: 20, priority: 0, widest: 40 }, ({ code }) =>
      code.replaceAll("-", " "),
    ),
    textColumn(
      "severity",
      "SEVERITY",
      { width: 8, priority: 2 },
      ({ severity }) => severity,
      ({ severity }) => (severity === "high" ? "danger" : severity === "warning" ? "warning" : "plain"),
    ),
    textColumn("subject", "ABOUT", { width: 16, priority: 3, widest: 40 }, ({ subject }) => subject),
    textColumn("evidence", "EVIDENCE", { width: 20, priority: 4, widest: 90 }, ({ evidence }) => evidence),
    {
      ...textColumn<SecurityEventView>("count", "TIMES", { width: 6, priority: 5 }, ({ count }) =>
        String(count),
      ),
      align: "right",
      rank: ({ count }) => -count,
    },
    textColumn("provider", "PROVIDER", { width: 12, priority: 6 }, ({ provider }) => provider ?? ""),
  ],
  sort: { column: "at", direction: "ascending" },
  rows: ({ readings, judge: { show } }) =>
    (readings.alerts?.value ?? []).map((event) => ({
      ...event,
      subject: show(event.subject),
      evidence: show(event.evidence),
      provider: event.provider === null ? null : show(event.provider),
    })),
  idOf: ({ id }) => id,
  nameOf: ({ code }) => code,
  wordsOf: ({ code, subject, evidence, severity }) =>
    [code, subject, evidence, severity].join("\n").toLowerCase(),
  keyOf: ({ keyId }, { byId }) => (keyId === null ? undefined : byId.get(keyId)),
  actions: ["filter", "details", "open", "revoke", "palette", "help", "quit"],
  empty: (state) =>
    whySourceEmpty(state, "alerts", "alert", [
      [],
      [["good", "  Nothing was noticed about the use of keys."]],
    ]),
  detail: (event) => [
    { label: "what", text: event.code.replaceAll("-", " "), tone: "plain" },
    { label: "severity", text: event.severity, tone: "plain" },
    { label: "about", text: event.subject, tone: "plain" },
    { label: "evidence", text: event.evidence, tone: "plain" },
    { label: "first", text: formatMoment(Date.parse(event.firstAt)), tone: "plain" },
    { label: "last", text: formatMoment(Date.parse(event.lastAt)), tone: "plain" },
    { label: "times", text: String(event.count), tone: "plain" },
  ],
};
