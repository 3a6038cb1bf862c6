import { expectRepository, isSameRepository, listStaged, openRepository } from "@keywarden/git";
import type { Repository, StagedEntry } from "@keywarden/git";
import { providersOf } from "@keywarden/key-format";
import type { Setup } from "@keywarden/repository-config";
import { policySetting } from "../policy-setting.ts";
import { collectEarly } from "../collect-early.ts";
import type { Options } from "../options.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { runScan, type Done } from "./run-scan.ts";
import type { Mode } from "./scan-mode.ts";

/** `keywarden scan --staged`: what the next commit adds. */
export function scanStaged(options: Options, terminal: Terminal): Promise<ExitStatus> {
  return runScan(scanIndex, options, terminal);
}

async function scanIndex(_mode: Mode, options: Options, terminal: Terminal): Promise<Done> {
  const { directory, env, now } = terminal;
  if (env["PRE_COMMIT"] === "1") {
    const { scanForPreCommit } = await import("./scan-commits.ts");
    const done = await scanForPreCommit(options, terminal);
    if (done !== null) return done;
  }
  const opening = openRepository(directory, env);
  const expected = expectRepository(directory, env);
  const asking = expected === null ? null : readIndex(expected);
  // A commit waits for this, and git is at work on the other core: what a scan needs is made ready meanwhile.
  const preparing = import("@keywarden/repository-scan/staged").then((tools) => {
    tools.scannerFor(providersOf([]).providers);
    return tools;
  });
  for (const promise of [opening, asking, preparing]) promise?.catch(() => {});
  const { makeScanTools, scanEntries } = await preparing;
  const repository = await opening;
  collectEarly(repository);
  const isExpected = expected !== null && isSameRepository(expected, repository);
  const [setup, entries] = await ((isExpected ? asking : null) ?? readIndex(repository));
  const policy = policySetting(setup.config.policy, options, env);
  const tools = makeScanTools(setup, policy, now(), (path) => path);
  await scanEntries(repository, entries, tools.scanner, tools.showPath, tools.account);
  return { setup, tools, isWhole: false };
}

async function readIndex(repository: Repository): Promise<readonly [Setup, readonly StagedEntry[]]> {
  const listing = listStaged(repository);
  listing.catch(() => {});
  const { loadStagedSetup } = await import("@keywarden/repository-config");
  return Promise.all([loadStagedSetup(repository), listing]);
}
