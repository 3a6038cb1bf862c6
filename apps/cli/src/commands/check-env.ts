import { describeSystemError } from "@keywarden/command-line";
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { safeText } from "@keywarden/inventory";
import { deploymentOf, severities } from "@keywarden/hygiene";
import { accept } from "../audit/accepting.ts";
import type { EnvFinding } from "../check-env/env-finding.ts";
import { envRenderers, orderEnvFindings, type EnvReport } from "../check-env/env-report.ts";
import type { EnvSource } from "../check-env/env-source.ts";
import { findOutside } from "../check-env/find-outside.ts";
import { fixEnv } from "../check-env/fix-env.ts";
import { findFiles, isTemplate, readFileFacts, readEnvSource } from "../check-env/find-files.ts";
import { makeFindKeys } from "../check-env/found-key.ts";
import { judgeFiles } from "../check-env/judge-files.ts";
import { judgeNeighbours } from "../check-env/judge-neighbours.ts";
import { judgeName, judgeLocations } from "../check-env/judge-placement.ts";
import { judgeSharing } from "../check-env/judge-sharing.ts";
import { assignDeployments } from "../check-env/assign-deployments.ts";
import { loadConfig } from "@keywarden/repository-config";
import { deliverText } from "../deliver-text.ts";
import type { CheckEnvFlags } from "../flags/check-env-flags.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { version } from "../version.ts";

interface CheckEnvCall {
  readonly flags: CheckEnvFlags;
  readonly operands: readonly string[];
}

/** `keywarden check-env [file or folder ...]` */
export async function checkEnv({ flags, operands }: CheckEnvCall, terminal: Terminal): Promise<ExitStatus> {
  const { providers, hygiene } = await loadConfig(terminal);
  const { sources, problems: unread, skipped } = await readSources(operands, terminal);
  const { environment: said } = flags;
  const assignments = assignDeployments(sources, said === undefined ? null : deploymentOf(said));
  const findKeys = makeFindKeys(providers);
  const keys = assignments.flatMap((assignment) => findKeys(assignment));
  const problems = [...unread, ...findOutside(sources, keys, findKeys)];
  const files = sources.flatMap(({ kind, file }) => (kind === "dotenv" && file !== null ? [file] : []));
  const holding = files.filter((file) => keys.some(({ at }) => at.source.file === file));
  const all = [
    ...keys.flatMap((key) => [
      ...judgeLocations(key),
      ...judgeName(key),
      ...judgeNeighbours(key, assignments),
    ]),
    ...judgeSharing(keys),
    ...judgeFiles(await readFileFacts(holding, terminal), keys),
  ];
  const { findings, accepted, stale } = accept(all, hygiene.accept ?? [], {
    command: "check-env",
    nowMs: terminal.now(),
    namesOf: ({ variable, file, fingerprint }) => [variable, file, fingerprint],
  });
  for (const sentence of stale) terminal.warn(`keywarden: ${sentence}\n`);
  const least = flags.minSeverity ?? hygiene.minSeverity ?? "low";
  const kept = findings.filter(
    ({ severity }) => severities.indexOf(severity) <= severities.findIndex((name) => name === least),
  );
  if (flags.fix !== undefined) return fixEnv(flags.fix, kept, flags.yes, terminal);
  const report: EnvReport = {
    findings: orderEnvFindings(kept.map(withEnvironment(said))),
    accepted,
    checked: {
      files: sources.filter(({ file }) => file !== null).length,
      process: sources.some(({ kind }) => kind === "process"),
      variables: assignments.length,
      keys: keys.length,
      accepted: accepted.length,
      belowSeverity: findings.length - kept.length,
      unplaced: keys.filter(({ at, kind }) => at.deployment === null && kind !== "publishable").length,
    },
    problems,
    skipped,
  };
  const plain = (text: string): string => safeText(text, providers);
  await deliverText(
    (format, canvas) => (envRenderers[format] ?? String)(report, { ...canvas, providers, version, plain }),
    flags,
    terminal,
  );
  if (problems.length > 0) return 2;
  return report.findings.length > 0 ? 1 : 0;
}

/** Says in the command of a fix what the files are for, as this call did. */
function withEnvironment(environment: string | undefined): (finding: EnvFinding) => EnvFinding {
  if (environment === undefined) return (finding) => finding;
  return (finding) => ({
    ...finding,
    next: finding.next.replace(/^(keywarden check-env )(?=--fix )/, `$1--environment ${environment} `),
  });
}

async function readSources(
  operands: readonly string[],
  { directory, env }: Terminal,
): Promise<Pick<EnvReport, "problems" | "skipped"> & { readonly sources: readonly EnvSource[] }> {
  const sources: EnvSource[] = operands.length === 0 ? [processSource(env)] : [];
  const problems: { file: string; reason: string }[] = [];
  const skipped: { file: string; reason: string }[] = [];
  const named = new Set<string>();
  const files: string[] = [];
  for (const operand of operands.length === 0 ? ["."] : operands) {
    try {
      if (operand === "") throw new Error('an empty path names nothing; "." is the current folder');
      if (statSync(resolve(directory, operand)).isDirectory()) {
        const found = await findFiles(resolve(directory, operand));
        files.push(...found.files.map((file) => join(operand, file)));
        problems.push(...found.problems.map(({ file, reason }) => ({ file: join(operand, file), reason })));
      } else {
        named.add(operand);
        files.push(operand);
      }
    } catch (error) {
      problems.push({ file: operand, reason: reasonOf(error) });
    }
  }
  for (const file of new Set(files)) {
    try {
      sources.push(await readEnvSource(file, directory));
    } catch (error) {
      // A template becomes YAML only when it is filled in; who asks for it by name has to be told that.
      const isSkipped = !named.has(file) && isTemplate(file, directory);
      (isSkipped ? skipped : problems).push({ file, reason: isSkipped ? "a template" : reasonOf(error) });
    }
  }
  return { sources, problems, skipped };
}

function processSource(env: Terminal["env"]): EnvSource {
  const assignments = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value, line: null, scope: [], service: null, deployment: null }],
  );
  return { kind: "process", file: null, assignments };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "for an unknown reason";
  return "code" in error && typeof error.code === "string"
    ? `it cannot be read: ${describeSystemError(error)}`
    : error.message;
}
