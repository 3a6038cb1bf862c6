import {
  describeTokenLimits,
  formatAge,
  formatAgo,
  formatMoment,
  toldTokenState,
} from "@keywarden/inventory";
import type { Token, TokenLimits } from "@keywarden/management";
import { whySourceEmpty } from "./empty-text.ts";
import type { Screen } from "./screen.ts";
import { momentColumn, textColumn } from "./text-columns.ts";

const moment = (text: string | null): number | null => (text === null ? null : Date.parse(text));

const showLimits = (limits: TokenLimits, show: (text: string) => string): TokenLimits =>
  Object.fromEntries(Object.entries(limits).map(([name, values]) => [name, (values ?? []).map(show)]));

/** Who may call the server. */
export const tokensScreen: Screen<Token> = {
  id: "tokens",
  title: "Tokens",
  about: "who may call the server, and as what",
  load: ["tokens"],
  columns: [
    textColumn("name", "NAME", { width: 14, priority: 0, widest: 40 }, ({ name }) => name),
    textColumn("role", "ROLE", { width: 10, priority: 1 }, ({ role }) => role),
    {
      ...textColumn<Token>("state", "STATE", { width: 8, priority: 2 }, ({ state }) => state ?? "active"),
      text: toldTokenState,
      tone: ({ revokedAt, state }) => (revokedAt === null && state !== "expired" ? "plain" : "dim"),
    },
    momentColumn("made", "MADE", { width: 9, priority: 4 }, ({ createdAt }) => moment(createdAt)),
    momentColumn(
      "used",
      "LAST USED",
      { width: 9, priority: 3 },
      ({ lastUsedAt }) => moment(lastUsedAt),
      "not known",
    ),
    {
      ...momentColumn<Token>("ends", "ENDS", { width: 9, priority: 5 }, ({ expiresAt }) => moment(expiresAt)),
      text: ({ expiresAt }, nowMs) => {
        const endsAtMs = moment(expiresAt);
        if (endsAtMs === null) return "–";
        return endsAtMs <= nowMs ? formatAgo(endsAtMs, nowMs) : `in ${formatAge(endsAtMs - nowMs)}`;
      },
    },
    textColumn("limits", "ONLY FOR", { width: 12, priority: 6, widest: 40 }, describeTokenLimits),
    momentColumn("revoked", "REVOKED", { width: 9, priority: 7 }, ({ revokedAt }) => moment(revokedAt)),
    textColumn("by", "BY", { width: 14, priority: 8, widest: 30 }, ({ revokedBy }) => revokedBy ?? ""),
    textColumn("id", "ID", { width: 16, priority: 9, widest: 40 }, ({ id }) => id),
  ],
  sort: { column: "state", direction: "ascending" },
  rows: ({ readings, judge: { show } }) =>
    (readings.tokens?.value ?? []).map((token) => ({
      ...token,
      name: show(token.name),
      limits: token.limits === null ? null : showLimits(token.limits, show),
      revokedBy: token.revokedBy === null ? null : show(token.revokedBy),
    })),
  idOf: ({ id }) => id,
  nameOf: ({ name }) => name,
  wordsOf: ({ name, role, id }) => `${name}\n${role}\n${id}`.toLowerCase(),
  keyOf: () => undefined,
  actions: ["copy-command", "filter", "details", "palette", "help", "quit"],
  empty: (state) => whySourceEmpty(state, "tokens", "token", [[], [["bold", "  There are no tokens."]]]),
  detail: (token, { nowMs }) => [
    { label: "name", text: token.name, tone: "plain" },
    { label: "id", text: token.id, tone: "plain" },
    { label: "role", text: token.role, tone: "plain" },
    { label: "made", text: formatMoment(Date.parse(token.createdAt)), tone: "plain" },
    {
      label: "ends",
      text:
        token.revokedAt === null
          ? endOf(token, nowMs)
          : `revoked ${formatMoment(Date.parse(token.revokedAt))} by ${token.revokedBy ?? "somebody"}`,
      tone: "plain",
    },
    { label: "last used", text: lastUseOf(token), tone: "plain" },
    { label: "only for", text: describeTokenLimits(token) || "nothing: it opens all keys", tone: "plain" },
  ],
};

function endOf(token: Token, nowMs: number): string {
  if (token.expiresAt === null)
    return toldTokenState(token, nowMs) === "expired" ? "it has expired" : "when it is revoked";
  const has = toldTokenState(token, nowMs) === "expired" ? "expired " : "";
  return `${has}${formatMoment(Date.parse(token.expiresAt))}`;
}

const lastUseOf = ({ lastUsedAt }: Token): string =>
  lastUsedAt === null ? "not known" : formatMoment(Date.parse(lastUsedAt));
