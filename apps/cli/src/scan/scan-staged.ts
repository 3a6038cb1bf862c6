import { collectEarly } from "../collect-early.ts";
import type { ScanCall } from "../flags/scan-flags.ts";
import { policySetting } from "../policy-setting.ts";
import { prefetch } from "../prefetch.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { runScan, type Done } from "./run-scan.ts";
import type { ScanMode } from "./scan-mode.ts";

/** `keywarden scan --staged`: what the next commit adds. */
export function scanStaged(call: ScanCall, terminal: Terminal): Promise<ExitStatus> {
  return runScan(scanIndex, call, terminal);
}

async function scanIndex(_mode: ScanMode, call: ScanCall, terminal: Terminal): Promise<Done> {
  const { env, now } = terminal;
  if (env["PRE_COMMIT"] === "1") {
    const { scanForPreCommit } = await import("./scan-commits.ts");
    const done = await scanForPreCommit(call.flags, terminal);
    if (done !== null) return done;
  }
  const early = prefetch(terminal);
  const { makeScanTools, scanChanges } = await early.tools;
  const repository = await early.repository;
  collectEarly(repository);
  const { setup, changes } = await early.index(repository);
  const policy = policySetting(setup.config.policy, call.flags);
  const tools = makeScanTools(setup, policy, now(), (path) => path);
  await scanChanges(repository, changes, tools);
  return { setup, tools, isWhole: false };
}
