import { listStaged, openRepository } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import { loadSetupIn, loadUsableSetup, usableSetup } from "@keywarden/repository-config";
import { policySetting } from "../policy-setting.ts";
import type { PolicyFlags, ScanFlags } from "../flags/scan-flags.ts";
import { findScope, makeScanTools, scanPaths } from "@keywarden/repository-scan";
import type { AskedCommits, FoundScope } from "@keywarden/repository-scan";
import { openClean } from "./open-clean.ts";
import { scanScopeWatched } from "../scan-scope-watched.ts";
import type { Terminal } from "../terminal.ts";
import type { Done } from "./run-scan.ts";

/** What counts as a finding, and whether what is known to be clean is read again; absent in a hook. */
type CommitFlags = PolicyFlags & Partial<Pick<ScanFlags, "noCache">>;

/** Scans the commits that a command line asks for. */
export async function scanCommits(
  asked: AskedCommits,
  policyFlags: CommitFlags,
  terminal: Terminal,
): Promise<Done> {
  const { directory, env, now } = terminal;
  const repository = await openRepository(directory, env);
  const scope = await findScope(asked, repository, { env, nowMs: now() });
  return scanFound(repository, scope, policyFlags, terminal);
}

/** Scans commits that are known, with the configuration of the work tree. */
export async function scanFound(
  repository: Repository,
  scope: FoundScope,
  policyFlags: CommitFlags,
  terminal: Terminal,
): Promise<Done> {
  const { directory, now } = terminal;
  const top = repository.isBare ? directory : repository.directory;
  const setup = await usableSetup(loadSetupIn(top, terminal.learnFormats));
  const policy = policySetting(setup.config.policy, policyFlags);
  const { noCache } = policyFlags;
  const isHook = noCache === undefined;
  const tools = makeScanTools(setup, policy, now(), (path) => path, !isHook);
  const clean = isHook || noCache ? null : openClean(repository, setup, terminal);
  await scanScopeWatched(repository, scope, tools, terminal, clean);
  return { setup, tools, isWhole: false };
}

/**
 * Scans what the pre-commit framework runs its hooks for where that is not the next commit: a range, or all files when
 * nothing is staged, as `pre-commit run --all-files` has it. Gives null when the next commit is what is meant.
 */
export async function scanForPreCommit(policyFlags: CommitFlags, terminal: Terminal): Promise<Done | null> {
  const { directory, env, now } = terminal;
  const isRange = (env["PRE_COMMIT_FROM_REF"] ?? "") !== "" && (env["PRE_COMMIT_TO_REF"] ?? "") !== "";
  if (isRange) return { ...(await scanCommits({ kind: "ci" }, policyFlags, terminal)), scanned: "history" };
  const repository = await openRepository(directory, env);
  if ((await listStaged(repository)).length > 0) return null;
  const { top, ...setup } = await loadUsableSetup(terminal);
  const policy = policySetting(setup.config.policy, policyFlags);
  const tools = makeScanTools(setup, policy, now(), (path) => path);
  await scanPaths({ paths: [], includeIgnored: false }, { directory: top, env }, tools);
  return { setup, tools, isWhole: false, scanned: "paths" };
}
