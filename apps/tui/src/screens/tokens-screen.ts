import { formatMoment } from "@keywarden/inventory";
import type { Token } from "@keywarden/management";
import { whySourceEmpty } from "./empty-text.ts";
import type { Screen } from "./screen.ts";
import { momentColumn, textColumn } from "./text-columns.ts";

const moment = (text: string | null): number | null => (text === null ? null : Date.parse(text));

/** Who may call the server. */
export const tokensScreen: Screen<Token> = {
  id: "tokens",
  title: "Tokens",
  about: "who may call the server, and as what",
  load: ["tokens"],
  columns: [
    textColumn("name", "NAME", { width: 14, priority: 0, widest: 40 }, ({ name }) => name),
    textColumn("role", "ROLE", { width: 10, priority: 1 }, ({ role }) => role),
    textColumn(
      "state",
      "STATE",
      { width: 8, priority: 2 },
      ({ revokedAt }) => (revokedAt === null ? "active" : "revoked"),
      ({ revokedAt }) => (revokedAt === null ? "good" : "dim"),
    ),
    momentColumn("made", "MADE", { width: 9, priority: 3 }, ({ createdAt }) => moment(createdAt)),
    momentColumn("revoked", "REVOKED", { width: 9, priority: 4 }, ({ revokedAt }) => moment(revokedAt)),
    textColumn("by", "BY", { width: 14, priority: 5, widest: 30 }, ({ revokedBy }) => revokedBy ?? ""),
    textColumn("id", "ID", { width: 16, priority: 6, widest: 40 }, ({ id }) => id),
  ],
  sort: { column: "state", direction: "ascending" },
  rows: ({ readings, judge: { show } }) =>
    (readings.tokens?.value ?? []).map((token) => ({
      ...token,
      name: show(token.name),
      revokedBy: token.revokedBy === null ? null : show(token.revokedBy),
    })),
  idOf: ({ id }) => id,
  nameOf: ({ name }) => name,
  wordsOf: ({ name, role, id }) => `${name}\n${role}\n${id}`.toLowerCase(),
  keyOf: () => undefined,
  actions: ["copy-command", "filter", "details", "palette", "help", "quit"],
  empty: (state) => whySourceEmpty(state, "tokens", "token", [[], [["bold", "  There are no tokens."]]]),
  detail: (token) => [
    { label: "name", text: token.name, tone: "plain" },
    { label: "id", text: token.id, tone: "plain" },
    { label: "role", text: token.role, tone: "plain" },
    { label: "made", text: formatMoment(Date.parse(token.createdAt)), tone: "plain" },
    {
      label: "ends",
      text:
        token.revokedAt === null
          ? "when it is revoked"
          : `revoked ${formatMoment(Date.parse(token.revokedAt))} by ${token.revokedBy ?? "somebody"}`,
      tone: "plain",
    },
  ],
};
