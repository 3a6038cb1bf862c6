import type { components } from "@octokit/openapi-types";
import { peelToCommit, runHostGit } from "./git-process.ts";
import { describeCommits } from "./pushed-commits.ts";
import { accountShape, nodeId, organizationShape } from "../shapes/account-shape.ts";
import { pushedRepositoryShape } from "../shapes/repository-shape.ts";
import type { GitHubAccount, EmulatorState, StoredRepository } from "../state.ts";

export type PushPayload = components["schemas"]["webhook-push"];

/** One line of what a post-receive hook is told; an absent side is all zeros. */
export interface RefUpdate {
  readonly before: string;
  readonly after: string;
  readonly ref: string;
}

/** All refs of a repository, by full name, with the ids they hold. */
export interface PushedRefs {
  /** As they were before the push. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

const mostCommits = 2048;

/** The payload of a push event for one ref, from what the repository really holds. */
export async function describePush(
  state: EmulatorState,
  repository: StoredRepository,
  pusher: GitHubAccount,
  update: RefUpdate,
  refs: PushedRefs,
): Promise<PushPayload> {
  const { directory } = repository.facts;
  const { before, after, ref } = update;
  const page = `${state.url}/${repository.facts.fullName}`;
  const created = isZero(before);
  const deleted = isZero(after);
  const isBranch = ref.startsWith("refs/heads/");
  // git lets a branch name nothing but a commit.
  const head = deleted ? null : isBranch ? after : await peelToCommit(directory, after);
  const newIds = head === null ? [] : await newCommits(directory, head, refs.before);
  const distinct = new Set(newIds);
  const inRange = !isBranch || head === null ? [] : created ? newIds : await range(directory, before, head);
  const options = { page, isDistinct: (id: string) => distinct.has(id) };
  const told = inRange.slice(-mostCommits);
  const described = await describeCommits(directory, head === null ? [] : [...told, head], options);
  return {
    ref,
    before,
    after,
    repository: await pushedRepositoryShape(repository, state.url),
    pusher: { name: pusher.login, email: `${pusher.login}@users.noreply.example.com` },
    organization: organizationShape(repository.owner, state.url),
    sender: accountShape(pusher, state.url),
    ...installationOf(repository),
    created,
    deleted,
    forced: !created && !deleted && !(await isAncestor(directory, update)),
    base_ref: created && head !== null ? baseRef(head, ref, refs) : null,
    compare: compareLink(page, update),
    commits: described.slice(0, told.length),
    head_commit: described.at(-1) ?? null,
  };
}

export function isZero(id: string): boolean {
  return /^0+$/u.test(id);
}

function installationOf({ facts }: StoredRepository): Pick<PushPayload, "installation"> {
  const id = facts.installationId;
  return id === null ? {} : { installation: { id, node_id: nodeId("IntegrationInstallation", id) } };
}

async function newCommits(
  directory: string,
  head: string,
  refsBefore: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const input = [head, ...[...refsBefore.values()].map((id) => `^${id}`), ""].join("\n");
  return lines(await runHostGit(directory, ["rev-list", "--topo-order", "--reverse", "--stdin"], input));
}

async function range(directory: string, before: string, head: string): Promise<readonly string[]> {
  return lines(await runHostGit(directory, ["rev-list", "--topo-order", "--reverse", head, `^${before}`]));
}

async function isAncestor(directory: string, { before, after, ref }: RefUpdate): Promise<boolean> {
  const isBranch = ref.startsWith("refs/heads/");
  const old = isBranch ? before : await peelToCommit(directory, before);
  const now = isBranch ? after : await peelToCommit(directory, after);
  if (old === null || now === null) return false;
  return lines(await runHostGit(directory, ["rev-list", "--max-count=1", old, `^${now}`])).length === 0;
}

function baseRef(head: string, ref: string, { before, after }: PushedRefs): string | null {
  const isCandidate = (name: string): boolean =>
    name !== ref && name.startsWith("refs/heads/") && (ref.startsWith("refs/tags/") || before.has(name));
  return [...after].find(([name, id]) => id === head && isCandidate(name))?.[0] ?? null;
}

function compareLink(page: string, { before, after, ref }: RefUpdate): string {
  if (isZero(before)) return `${page}/compare/${ref.replace(/^refs\/(?:heads|tags)\//u, "")}`;
  return `${page}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`;
}

function lines(output: Buffer): readonly string[] {
  return output
    .toString()
    .split("\n")
    .filter((line) => line !== "");
}
