import { resolve } from "node:path";
import type { Setup } from "@keywarden/repository-config";
import { policySetting } from "../policy-setting.ts";
import type { ScanCall } from "../flags/scan-flags.ts";
import type { AskedCommits, ScanTools } from "@keywarden/repository-scan";
import type { SuppressionSetup } from "@keywarden/repository-config";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { runScan, type Done } from "./run-scan.ts";
import type { ScanMode } from "./scan-mode.ts";

/** `keywarden scan` in all its modes but `--staged`: paths, `--stdin`, a message, or commits. */
export function scan(call: ScanCall, terminal: Terminal): Promise<ExitStatus> {
  return runScan(scanMode, call, terminal);
}

/** Scans what a mode means, in the folder of the terminal. */
export async function scanMode(mode: ScanMode, call: ScanCall, terminal: Terminal): Promise<Done> {
  const { directory, env, now } = terminal;
  const { loadUsableSetup } = await import("@keywarden/repository-config");
  const { makeFromTop, makeScanTools, scanCommitMessage, scanPaths, scanStdin } =
    await import("@keywarden/repository-scan");
  const makeTools = (setup: Setup, fromTop: SuppressionSetup["fromTop"]): ScanTools =>
    makeScanTools(setup, policySetting(setup.config.policy, call.flags), now(), fromTop, true);
  if (mode === "history") {
    const { scanCommits } = await import("./scan-commits.ts");
    return scanCommits(askedCommits(call), call.flags, terminal);
  }
  const { top, ...setup } = await loadUsableSetup(terminal);
  if (mode === "message") {
    const tools = makeTools(setup, () => null);
    scanCommitMessage(call.flags.commitMsg ?? "", terminal, tools);
    return { setup, tools, isWhole: false };
  }
  if (mode === "stdin") {
    const tools = makeTools(setup, () => null);
    await scanStdin(terminal.stdin, tools.scanner, tools.account);
    return { setup, tools, isWhole: false };
  }
  if (call.flags.package) {
    const { scanPackage } = await import("./scan-package.ts");
    const tools = makeTools(setup, makeFromTop(top, directory));
    await scanPackage(call, terminal, tools);
    return { setup, tools, isWhole: false, scanned: "package" };
  }
  const tools = makeTools(setup, makeFromTop(top, directory));
  const paths = await findPaths(top, call, terminal);
  if (call.flags.agents && paths.length === 0) return { setup, tools, isWhole: false };
  const selection = { paths, includeIgnored: call.flags.noIgnore || call.flags.agents };
  const { progressBarOf } = await import("../progress.ts");
  const progress = progressBarOf("files", terminal);
  const { openCleanTree } = await import("./open-clean.ts");
  // Of files that are named one by one there are many sets, and none is large.
  const isFolder = !call.flags.agents && paths.length <= 1;
  const clean =
    isFolder && !call.flags.noCache
      ? openCleanTree(selection, setup, terminal, tools.scanner.isThorough)
      : null;
  const { growSlowly } = await import("../grow-slowly.ts");
  // On each of its threads, garbage of the paths of a large tree would grow to 48 MB.
  growSlowly();
  try {
    await scanPaths(selection, { directory, env }, { ...tools, clean, onProgress: progress.update });
  } finally {
    progress.finish();
  }
  tools.account.requireSomethingLeft();
  return { setup, tools, isWhole: paths.length === 0 && resolve(top) === resolve(directory) };
}

async function findPaths(
  top: string,
  { flags, operands }: ScanCall,
  terminal: Terminal,
): Promise<readonly string[]> {
  const { env, warn } = terminal;
  if (!flags.agents) return operands;
  const { listAgentLocations } = await import("./agent-locations.ts");
  const locations = listAgentLocations({ top, env, withHistories: flags.shellHistory });
  if (locations.length === 0) warn("keywarden: no coding agent has left anything here.\n");
  return locations;
}

function askedCommits({ flags: { range, ci, since }, operands }: ScanCall): AskedCommits {
  if (range !== undefined) return { kind: "range", range };
  return ci ? { kind: "ci" } : { kind: "history", refs: operands, since };
}
