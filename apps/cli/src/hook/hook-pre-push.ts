import { countOf } from "@keywarden/key-format";
import { openRepository, parsePush, rangeOfPush, resolveObject } from "@keywarden/git";
import type { PushedRef } from "@keywarden/git";
import { CliError } from "../cli-error.ts";
import { deliverReport } from "../deliver-report.ts";
import type { ColorFlags } from "../flags/report-flags.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { noPolicyFlags } from "../policy-setting.ts";
import { scanFound } from "../scan/scan-commits.ts";
import { statusOfScan } from "../scan/run-scan.ts";

/**
 * Scans what a push sends that the remote is not known to have; git names remote and URL as operands, and the refs on
 * standard input.
 */
export async function runPrePush(
  operands: readonly string[],
  { color }: ColorFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const startedAtMs = terminal.now();
  const remote = operands[0] ?? terminal.env["PRE_COMMIT_REMOTE_NAME"] ?? "";
  const chunks: Uint8Array[] = [];
  for await (const chunk of terminal.stdin) chunks.push(chunk);
  const told = parsePush(Buffer.concat(chunks).toString("utf8"));
  const refs = told.length > 0 ? told : await readFrameworksPush(terminal);
  if (refs.length === 0) {
    if (terminal.isInputWritten?.() === false)
      throw new CliError("CLI_USAGE", "git's list of what is pushed is missing from standard input.");
    // Where all is up to date git names nothing, and so does a hook that has read the list before.
    terminal.warn("keywarden: nothing was scanned: no ref was named on standard input\n");
    return 0;
  }
  const sent = refs.filter(({ localId }) => localId !== null);
  if (sent.length === 0) {
    const deleted = `${countOf(refs.length, "ref")} deleted`;
    terminal.warn(`keywarden: nothing to scan: the push sends no objects, ${deleted}\n`);
    return 0;
  }
  const repository = await openRepository(terminal.directory, terminal.env);
  const scope = {
    range: await rangeOfPush(repository, refs, remote),
    refNames: sent.map(({ remoteRef }) => Buffer.from(remoteRef)),
    report: "introduced",
    label: labelOf(sent),
    remedy: {},
    brokenRefs: [],
  } as const;
  const { setup, tools } = await scanFound(repository, scope, noPolicyFlags, terminal);
  const report = tools.account.report("push");
  const { providers } = setup.config;
  const request = { format: "text", output: undefined, color, showAccepted: false } as const;
  await deliverReport(report, { providers, startedAtMs }, request, terminal);
  return statusOfScan(report);
}

/** Reads the one ref that the pre-commit framework tells of in its environment, and not as git does; none elsewhere. */
async function readFrameworksPush({ directory, env }: Terminal): Promise<readonly PushedRef[]> {
  const local = env["PRE_COMMIT_LOCAL_BRANCH"] ?? "";
  const remoteRef = env["PRE_COMMIT_REMOTE_BRANCH"] ?? "";
  if (local === "" || remoteRef === "") return [];
  const object = await resolveObject(await openRepository(directory, env), local);
  if (object !== null) return [{ localRef: local, localId: object.id, remoteRef, remoteId: null }];
  throw new CliError("CLI_USAGE", "The pre-commit framework names a branch that is not here.");
}

// The names are git's, and any of them may hold a key: only their number is shown.
const labelOf = (sent: readonly PushedRef[]): string =>
  `new to the remote, for ${countOf(sent.length, "ref")}`;
