import { collectEarly } from "../collect-early.ts";
import type { Options } from "../options.ts";
import { policySetting } from "../policy-setting.ts";
import { prefetch } from "../prefetch.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { runScan, type Done } from "./run-scan.ts";
import type { Mode } from "./scan-mode.ts";

/** `keywarden scan --staged`: what the next commit adds. */
export function scanStaged(options: Options, terminal: Terminal): Promise<ExitStatus> {
  return runScan(scanIndex, options, terminal);
}

async function scanIndex(_mode: Mode, options: Options, terminal: Terminal): Promise<Done> {
  const { env, now } = terminal;
  if (env["PRE_COMMIT"] === "1") {
    const { scanForPreCommit } = await import("./scan-commits.ts");
    const done = await scanForPreCommit(options, terminal);
    if (done !== null) return done;
  }
  const early = prefetch(terminal);
  const { makeScanTools, scanChanges } = await early.tools;
  const repository = await early.repository;
  collectEarly(repository);
  const { setup, changes } = await early.index(repository);
  const policy = policySetting(setup.config.policy, options, env);
  const tools = makeScanTools(setup, policy, now(), (path) => path);
  await scanChanges(repository, changes, tools);
  return { setup, tools, isWhole: false };
}
