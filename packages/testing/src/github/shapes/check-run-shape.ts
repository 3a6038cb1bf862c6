import type { components } from "@octokit/openapi-types";
import type { EmulatorState, StoredCheckRun } from "../state.ts";
import { nodeId } from "./account-shape.ts";
import { appShape } from "./app-shape.ts";

type CheckRun = components["schemas"]["check-run"];

export function checkRunShape(state: EmulatorState, run: StoredCheckRun): CheckRun {
  const url = `${state.url}/repos/${run.repository}/check-runs/${run.id}`;
  const page = `${state.url}/${run.repository}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CheckRun", run.id),
    head_sha: run.head_sha,
    external_id: run.external_id ?? "",
    url,
    html_url: page,
    details_url: run.details_url ?? page,
    status: run.status as CheckRun["status"],
    conclusion: run.conclusion as CheckRun["conclusion"],
    started_at: run.started_at,
    completed_at: run.completed_at,
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: appShape(state),
    pull_requests: [],
  };
}
