import type { components } from "@octokit/openapi-types";
import { defaultBranch } from "../git/bare-repository.ts";
import { isoSeconds } from "../state.ts";
import type { StoredRepository } from "../state.ts";
import { accountShape, nodeId } from "./account-shape.ts";

const plainLinks = [
  "contributors",
  "deployments",
  "downloads",
  "events",
  "forks",
  "hooks",
  "languages",
  "merges",
  "stargazers",
  "subscribers",
  "subscription",
  "tags",
  "teams",
] as const;

const templateLinks = {
  archive: "/{archive_format}{/ref}",
  assignees: "/assignees{/user}",
  blobs: "/git/blobs{/sha}",
  branches: "/branches{/branch}",
  collaborators: "/collaborators{/collaborator}",
  comments: "/comments{/number}",
  commits: "/commits{/sha}",
  compare: "/compare/{base}...{head}",
  contents: "/contents/{+path}",
  git_commits: "/git/commits{/sha}",
  git_refs: "/git/refs{/sha}",
  git_tags: "/git/tags{/sha}",
  issue_comment: "/issues/comments{/number}",
  issue_events: "/issues/events{/number}",
  issues: "/issues{/number}",
  keys: "/keys{/key_id}",
  labels: "/labels{/name}",
  milestones: "/milestones{/number}",
  notifications: "/notifications{?since,all,participating}",
  pulls: "/pulls{/number}",
  releases: "/releases{/id}",
  statuses: "/statuses/{sha}",
  trees: "/git/trees{/sha}",
} as const;

type PlainLinks = { [Name in (typeof plainLinks)[number] as `${Name}_url`]: string };
type TemplateLinks = { [Name in keyof typeof templateLinks as `${Name}_url`]: string };

/** A repository as lists carry it. */
export async function repositoryShape(
  { facts, owner, createdAtMs, pushedAtMs, changedAtMs, parentId, isArchived }: StoredRepository,
  url: string,
): Promise<components["schemas"]["repository"]> {
  const api = `${url}/repos/${facts.fullName}`;
  const page = `${url}/${facts.fullName}`;
  return {
    id: facts.id,
    node_id: nodeId("Repository", facts.id),
    name: facts.name,
    full_name: facts.fullName,
    private: facts.private,
    owner: accountShape(owner, url),
    html_url: page,
    description: null,
    fork: parentId !== null,
    url: api,
    ...links(api),
    created_at: isoSeconds(createdAtMs),
    updated_at: isoSeconds(Math.max(pushedAtMs ?? 0, changedAtMs)),
    pushed_at: isoSeconds(pushedAtMs ?? createdAtMs),
    git_url: facts.cloneUrl.replace(/^http/u, "git"),
    ssh_url: `git@127.0.0.1:${facts.fullName}.git`,
    clone_url: facts.cloneUrl,
    svn_url: page,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: isArchived,
    disabled: false,
    open_issues_count: 0,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: facts.private ? "private" : "public",
    forks: 0,
    open_issues: 0,
    watchers: 0,
    default_branch: await defaultBranch(facts.directory),
  };
}

/** A repository as its own route answers. */
export async function fullRepositoryShape(
  stored: StoredRepository,
  url: string,
): Promise<components["schemas"]["full-repository"]> {
  const { created_at, updated_at, pushed_at, ...listed } = await repositoryShape(stored, url);
  return {
    ...(listed as Omit<components["schemas"]["full-repository"], "network_count" | "subscribers_count">),
    created_at: created_at ?? "",
    updated_at: updated_at ?? "",
    pushed_at: pushed_at ?? "",
    organization: accountShape(stored.owner, url),
    network_count: 0,
    subscribers_count: 0,
  };
}

/** A repository as push payloads carry it: two of its dates are numbers there. */
export async function pushedRepositoryShape(
  stored: StoredRepository,
  url: string,
): Promise<components["schemas"]["webhook-push"]["repository"]> {
  const listed = await repositoryShape(stored, url);
  return {
    ...(listed as Omit<components["schemas"]["webhook-push"]["repository"], "created_at" | "pushed_at">),
    url: listed.html_url,
    created_at: Math.floor(stored.createdAtMs / 1000),
    pushed_at: Math.floor((stored.pushedAtMs ?? stored.createdAtMs) / 1000),
    master_branch: listed.default_branch,
    organization: stored.owner.login,
    stargazers: 0,
  };
}

function links(api: string): PlainLinks & TemplateLinks {
  return Object.fromEntries([
    ...plainLinks.map((name) => [`${name}_url`, `${api}/${name}`]),
    ...Object.entries(templateLinks).map(([name, tail]) => [`${name}_url`, `${api}${tail}`]),
  ]) as PlainLinks & TemplateLinks;
}
