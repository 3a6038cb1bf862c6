import { listStaged, openRepository } from "@keywarden/git";
import { builtInProviders } from "@keywarden/key-format";
import { policySetting } from "../config/policy-setting.ts";
import { collectEarly } from "../sources/collect-early.ts";
import type { Options } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import type { Done } from "./scan.ts";

/** `keywarden scan --staged`: what the next commit adds. */
export async function scanIndex(options: Options, terminal: Terminal): Promise<Done> {
  const { directory, env, now } = terminal;
  if (env["PRE_COMMIT"] === "1") {
    const { scanForPreCommit } = await import("./scan-commits.ts");
    const done = await scanForPreCommit(options, terminal);
    if (done !== null) return done;
  }
  const opening = openRepository(directory, env);
  opening.catch(() => {});
  // A commit waits for this, and git is at work on the other core: what a scan needs is made ready meanwhile.
  const { loadStagedSetup } = await import("../config/load-config.ts");
  const { makeScanTools, scannerFor } = await import("../sources/scan-tools.ts");
  const { scanStaged } = await import("../sources/staged.ts");
  scannerFor(builtInProviders);
  const repository = await opening;
  collectEarly(repository);
  const [setup, entries] = await Promise.all([loadStagedSetup(repository), listStaged(repository)]);
  const policy = policySetting(setup.config.policy, options, env);
  const tools = makeScanTools(setup, policy, now(), (path) => path);
  await scanStaged(repository, entries, tools.scanner, tools.showPath, tools.tally);
  return { setup, tools, isWhole: false };
}
