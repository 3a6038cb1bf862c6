import type { ProviderProfile } from "@keywarden/key-format";
import { describeLocation, printable, wrap } from "@keywarden/scan";
import type { Finding, ScanSummary } from "@keywarden/scan";

export interface PushRefusal {
  readonly findings: readonly Finding[];
  readonly summary: ScanSummary;
  readonly providers: readonly ProviderProfile[];
  readonly received: string;
  /** Whether the server takes exceptions by push option. */
  readonly acceptsOptions: boolean;
}

// git puts "remote: " in front of every line, and a terminal has 80 columns.
const width = 71;
const mostFindings = 20;

/** Renders why a push is refused and what to do, for a person who sees it behind `remote:`. */
export function renderRefusal({
  findings,
  summary,
  providers,
  received,
  acceptsOptions,
}: PushRefusal): string {
  const shown = findings.slice(0, mostFindings);
  const more = findings.length - shown.length;
  const unread = summary.unread.slice(0, mostFindings);
  const lines = [
    headline(findings.length, summary.complete),
    "",
    ...shown.flatMap((finding) => renderFinding(finding, providers)),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...unread.map(({ location, reason }) => `  ${printable(location)}: ${printable(reason)}`),
    "",
    ...(findings.length === 0 ? [] : renderRemedies(acceptsOptions)),
    ...wrap(`Nothing of this push was taken. ${received}.`, width, ""),
  ];
  return `${lines.join("\n")}\n`;
}

function headline(count: number, isComplete: boolean): string {
  if (count === 0) return "keywarden: push refused: a part of it could not be read";
  const rest = isComplete ? "" : ", and a part of it could not be read";
  return `keywarden: push refused: it adds ${count} ${count === 1 ? "key" : "keys"}${rest}`;
}

function renderFinding(finding: Finding, providers: readonly ProviderProfile[]): readonly string[] {
  const { provider, kind, environment, redacted, commit } = finding;
  const name = providers.find(({ id }) => id === provider)?.name;
  const at = commit === undefined ? "" : ` in commit ${commit.slice(0, 12)}`;
  return [
    `  ${describeLocation(finding)}${at}`,
    `    ${redacted}, ${name === undefined ? "" : `${name} `}${kind} key, ${environment}`,
  ];
}

function renderRemedies(acceptsOptions: boolean): readonly string[] {
  const takeOut =
    "Take it out of the commit that adds it (git commit --amend, or git rebase -i), then push again: " +
    "a later commit that removes it still sends it.";
  const revoke = "If it has left your machine before, revoke it at its provider now.";
  const accept =
    "Accepted on record: git push -o keywarden.accept='<reason>' -o keywarden.until=<yyyy-mm-dd>";
  return [
    ...wrap(takeOut, width, "1 "),
    ...wrap(revoke, width, "2 "),
    ...(acceptsOptions ? wrap(accept, width, "3 ") : []),
    "",
  ];
}
