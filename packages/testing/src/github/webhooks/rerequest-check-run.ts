import { GitHubEmulatorError } from "../emulator-error.ts";
import { repositoryById } from "../repositories.ts";
import { checkRunShape } from "../shapes/check-run-shape.ts";
import type { EmulatorState } from "../state.ts";
import { announceInRepository } from "./announce.ts";

/** Tells the app that somebody clicked on "Re-run" of one of its check runs. */
export async function rerequestCheckRun(state: EmulatorState, checkRunId: number): Promise<void> {
  const run = state.checkRuns.get(checkRunId);
  const repository = run === undefined ? undefined : repositoryById(state, run.repositoryId);
  if (run === undefined || repository === undefined)
    throw new GitHubEmulatorError("EMULATOR_NOT_FOUND", `there is no check run ${checkRunId}`);
  const shape = checkRunShape(state, run);
  await announceInRepository(state, repository, "check_run", { action: "rerequested", check_run: shape });
}
