import { formatMoment, type Tone, type FoundExposure } from "@keywarden/inventory";
import { whySourceEmpty } from "./empty-text.ts";
import type { Screen } from "./screen.ts";
import { momentColumn, textColumn } from "./text-columns.ts";

// What was only reported may still open something: that is neither good nor yet to be done.
const toneOf = ({ state }: FoundExposure): Tone =>
  state === "revoked" ? "good" : state === "reported" ? "plain" : "danger";

/** Keys that the GitHub App found where others can read them. */
export const exposuresScreen: Screen<FoundExposure> = {
  id: "exposures",
  title: "Exposures",
  about: "keys that the GitHub App found where others can read them",
  load: ["exposures"],
  columns: [
    textColumn("key", "KEY", { width: 16, priority: 0, widest: 28 }, ({ redacted }) => redacted),
    textColumn("state", "STATE", { width: 12, priority: 1 }, ({ state }) => state, toneOf),
    textColumn(
      "repository",
      "REPOSITORY",
      { width: 16, priority: 2, widest: 40 },
      ({ repository }) => repository,
    ),
    textColumn("where", "WHERE", { width: 18, priority: 4, widest: 48 }, ({ where }) => where),
    textColumn("because", "WHY", { width: 20, priority: 5, widest: 60 }, ({ because }) => because),
    textColumn("provider", "PROVIDER", { width: 12, priority: 6 }, ({ provider }) => provider),
    textColumn("visibility", "VISIBLE", { width: 8, priority: 7 }, ({ visibility }) => visibility),
    momentColumn("found", "FOUND", { width: 9, priority: 3 }, ({ firstSeenAtMs }) => firstSeenAtMs),
  ],
  sort: { column: "found", direction: "ascending" },
  rows: ({ readings }) => readings.exposures?.value ?? [],
  idOf: ({ id }) => id,
  nameOf: ({ repository }) => repository,
  wordsOf: ({ redacted, repository, state, because, where, provider }) =>
    [redacted, repository, state, because, where, provider].join("\n").toLowerCase(),
  keyOf: ({ keyId }, { byId }) => (keyId === null ? undefined : byId.get(keyId)),
  actions: ["revoke", "rotate", "filter", "details", "open", "palette", "help", "quit"],
  empty: (state) =>
    state.hasApp
      ? whySourceEmpty(state, "exposures", "exposure", [
          [],
          [["good", "  The App has found no key where others can read it."]],
        ])
      : [
          [],
          [["bold", "  No GitHub App is configured, so nothing is known of exposures."]],
          [["dim", "  Start with --app-url <url> and --app-token-file <file>, or set KEYWARDEN_APP_URL."]],
        ],
  detail: (row) => [
    { label: "key", text: row.redacted, tone: "plain" },
    { label: "state", text: row.state, tone: toneOf(row) },
    { label: "why", text: row.because, tone: "plain" },
    { label: "repository", text: `${row.repository} (${row.visibility})`, tone: "plain" },
    { label: "where", text: row.where, tone: "plain" },
    { label: "found", text: formatMoment(row.firstSeenAtMs), tone: "plain" },
  ],
};
