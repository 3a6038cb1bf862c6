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

const mostCommits = 2048;

/** The payload of a push event for one ref, from what the repository really holds. */
export async function describePush(
  state: EmulatorState,
  repository: StoredRepository,
  pusher: GitHubAccount,
  update: RefUpdate,
  refsBefore: ReadonlyMap<string, string>,
): Promise<PushPayload> {
  const { directory } = repository.facts;
  const { before, after, ref } = update;
  const page = `${state.url}/${repository.facts.fullName}`;
  const created = isZero(before);
  const deleted = isZero(after);
  const head = deleted ? null : await peelToCommit(directory, after);
  const newIds = head === null ? [] : await newCommits(directory, head, refsBefore);
  const distinct = new Set(newIds);
  const isBranch = ref.startsWith("refs/heads/");
  const inRange = !isBranch || head === null ? [] : created ? newIds : await range(directory, before, head);
  const options = { page, isDistinct: (id: string) => distinct.has(id) };
  const [headCommit] = head === null ? [] : await describeCommits(directory, [head], options);
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
    forced: !created && !deleted && !(await isAncestor(directory, before, after)),
    base_ref: created && head !== null ? await baseRef(directory, head, ref, refsBefore) : null,
    compare: compareLink(page, update),
    commits: [...(await describeCommits(directory, inRange.slice(-mostCommits), options))],
    head_commit: headCommit ?? null,
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

async function isAncestor(directory: string, before: string, after: string): Promise<boolean> {
  const old = await peelToCommit(directory, before);
  const now = await peelToCommit(directory, after);
  if (old === null || now === null) return false;
  return lines(await runHostGit(directory, ["rev-list", "--max-count=1", old, `^${now}`])).length === 0;
}

async function baseRef(
  directory: string,
  head: string,
  ref: string,
  refsBefore: ReadonlyMap<string, string>,
): Promise<string | null> {
  const pointing = await runHostGit(directory, [
    "for-each-ref",
    `--points-at=${head}`,
    "--format=%(refname)",
    "refs/heads",
  ]);
  const isCandidate = (name: string): boolean =>
    name !== ref && (ref.startsWith("refs/tags/") || refsBefore.has(name));
  return lines(pointing).find(isCandidate) ?? null;
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
