import { defaultBranch } from "../git/bare-repository.ts";
import { peelToCommit } from "../git/git-process.ts";
import { isoSeconds } from "../state.ts";
import type { EmulatorState, StoredPullRequest, StoredRepository } from "../state.ts";
import { accountShape, nodeId } from "./account-shape.ts";
import { repositoryShape } from "./repository-shape.ts";

/** A pull request as webhook payloads carry it; its head has no repository when the fork is gone. */
export async function pullRequestShape(
  { url }: EmulatorState,
  base: StoredRepository,
  source: StoredRepository | null,
  pull: StoredPullRequest,
): Promise<Readonly<Record<string, unknown>>> {
  const api = `${url}/repos/${base.facts.fullName}`;
  const page = `${url}/${base.facts.fullName}/pull/${pull.number}`;
  const own = `${api}/pulls/${pull.number}`;
  const issue = `${api}/issues/${pull.number}`;
  const addresses = {
    self: own,
    html: page,
    issue,
    comments: `${issue}/comments`,
    review_comments: `${own}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${own}/commits`,
    statuses: `${api}/statuses/${pull.head}`,
  };
  const branch = await defaultBranch(base.facts.directory);
  const baseHead = (await peelToCommit(base.facts.directory, `refs/heads/${branch}`)) ?? pull.head;
  const isClosed = pull.state === "closed";
  return {
    id: pull.id,
    node_id: nodeId("PullRequest", pull.id),
    number: pull.number,
    state: pull.state,
    title: pull.title,
    body: null,
    user: accountShape(pull.author, url),
    url: own,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    commits_url: addresses.commits,
    comments_url: addresses.comments,
    review_comments_url: addresses.review_comments,
    review_comment_url: addresses.review_comment,
    statuses_url: addresses.statuses,
    _links: Object.fromEntries(Object.entries(addresses).map(([name, href]) => [name, { href }])),
    head: await side(url, pull.headBranch, pull.head, source),
    base: await side(url, branch, baseHead, base),
    created_at: isoSeconds(pull.createdAtMs),
    updated_at: isoSeconds(pull.createdAtMs),
    closed_at: isClosed ? isoSeconds(pull.createdAtMs) : null,
    merged_at: null,
    merge_commit_sha: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: [],
    milestone: null,
    draft: false,
    locked: false,
    active_lock_reason: null,
    author_association: "CONTRIBUTOR",
    auto_merge: null,
    merged: false,
    merged_by: null,
    mergeable: null,
    mergeable_state: "unknown",
    rebaseable: null,
    maintainer_can_modify: true,
    comments: 0,
    review_comments: 0,
    commits: 1,
    additions: 0,
    deletions: 0,
    changed_files: 0,
  };
}

async function side(
  url: string,
  ref: string,
  sha: string,
  repository: StoredRepository | null,
): Promise<Readonly<Record<string, unknown>>> {
  if (repository === null) return { label: ref, ref, sha, user: null, repo: null };
  return {
    label: `${repository.facts.owner}:${ref}`,
    ref,
    sha,
    user: accountShape(repository.owner, url),
    repo: await repositoryShape(repository, url),
  };
}
