import type { components } from "@octokit/openapi-types";
import { isoSeconds } from "../state.ts";
import type { EmulatorState, StoredIssue } from "../state.ts";
import { accountShape, nodeId } from "./account-shape.ts";
import { appShape } from "./app-shape.ts";

type Issue = components["schemas"]["issue"];

export function issueShape(state: EmulatorState, issue: StoredIssue): Issue {
  const repository = `${state.url}/repos/${issue.repository}`;
  const url = `${repository}/issues/${issue.number}`;
  return {
    id: issue.id,
    node_id: nodeId("Issue", issue.id),
    url,
    repository_url: repository,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: `${state.url}/${issue.repository}/issues/${issue.number}`,
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: accountShape(issue.author, state.url),
    labels: [],
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: 0,
    closed_at: issue.closedAtMs === null ? null : isoSeconds(issue.closedAtMs),
    created_at: isoSeconds(issue.createdAtMs),
    updated_at: isoSeconds(issue.updatedAtMs),
    author_association: "NONE",
    ...(issue.byApp ? { performed_via_github_app: appShape(state) } : {}),
  };
}
