import type { ProviderProfile } from "@keywarden/key-format";
import type { Finding } from "../finding.ts";
import type { ScanSummary } from "../summary.ts";
import { wrap } from "./wrap.ts";

/** Renders the three things that a person can do about the findings. */
export function renderWaysOut(
  findings: readonly Finding[],
  mode: ScanSummary["mode"],
  providers: readonly ProviderProfile[],
  width: number,
): readonly string[] {
  const paths = [...new Set(findings.map(({ path }) => path))];
  return [
    ...wrap(moveOut(findings, providers), width, "  1  "),
    ...(mode === "staged"
      ? [`     git reset -q -- ${paths.length === 1 ? quotable(paths[0]) : "<file>"}`]
      : []),
    ...wrap(revoke(findings, providers), width, "  2  "),
    ...wrap(notReal(findings, mode), width, "  3  "),
  ];
}

function moveOut(findings: readonly Finding[], providers: readonly ProviderProfile[]): string {
  const variables = owners(findings, providers).flatMap(({ variables }) =>
    variables.filter(({ holds }) => holds === "key").map(({ name }) => name),
  );
  const variable =
    variables.length === 1 ? `the environment variable ${variables[0]}` : "an environment variable";
  return `Take it out: keep it in ${variable} or a secrets manager, and read it from there.`;
}

// Rotation is the slower answer: a rotated key lives on for its grace period, a revoked one does not.
function revoke(findings: readonly Finding[], providers: readonly ProviderProfile[]): string {
  const [owner, ...others] = owners(findings, providers);
  const name = owner === undefined || others.length > 0 ? "its provider" : owner.name;
  const grace = others.length > 0 ? 0 : (owner?.rotation.graceSeconds ?? 0);
  const warning =
    grace > 0 ? ` Do not just rotate it: the old key would work for ${spanText(grace)} more.` : "";
  return `If it ever left this machine (a push, a chat, a log), revoke it at ${name} now and create a new one.${warning}`;
}

function notReal(findings: readonly Finding[], mode: ScanSummary["mode"]): string {
  const first = findings[0];
  const placeholder = `${first === undefined ? "" : prefixOf(first)}YOUR_KEY_HERE`;
  const write = `Not a real key? Write a placeholder such as ${placeholder}: it passes.`;
  if (mode !== "staged") return write;
  return `${write} Or skip the check once with git commit --no-verify, knowing that Keywarden's GitHub App revokes whatever turns out to be real once it is pushed.`;
}

const prefixOf = ({ redacted }: Finding): string => redacted.slice(0, redacted.indexOf("…"));

function owners(
  findings: readonly Finding[],
  providers: readonly ProviderProfile[],
): readonly ProviderProfile[] {
  const ids = new Set(findings.map(({ provider }) => provider));
  // One key of unknown owner makes advice that names a provider wrong for it.
  return ids.has(null) ? [] : providers.filter(({ id }) => ids.has(id));
}

const quotable = (path: string | undefined): string =>
  path !== undefined && /^[A-Za-z0-9_][A-Za-z0-9._/-]*$/.test(path) ? path : "<file>";

function spanText(seconds: number): string {
  const [size, unit] =
    seconds % 3600 === 0 ? [3600, "hour"] : seconds % 60 === 0 ? [60, "minute"] : [1, "second"];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
