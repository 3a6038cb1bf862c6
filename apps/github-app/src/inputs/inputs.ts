import { readCheckRunEvent } from "./check-run-event.ts";
import type { Input } from "./input.ts";
import { readInstallationEvent } from "./installation-event.ts";
import { readPullRequestEvent } from "./pull-request-event.ts";
import { readPushEvent } from "./push-event.ts";
import { readRepositoryEvent } from "./repository-event.ts";

/** Every event that the App acts on, by GitHub's name. */
export const inputs: ReadonlyMap<string, Input> = new Map([
  ["push", readPushEvent],
  ["pull_request", readPullRequestEvent],
  ["repository", readRepositoryEvent],
  ["installation", readInstallationEvent],
  ["installation_repositories", readInstallationEvent],
  ["check_run", readCheckRunEvent],
]);
