import { GitHubEmulatorError } from "../emulator-error.ts";
import type { EmulatedPullRequest, NewPullRequest } from "../emulator-contract.ts";
import { peelToCommit, runHostGit } from "../git/git-process.ts";
import { createRepository, repositoryById, requireRepository } from "../repositories.ts";
import { nextNumber } from "./issues.ts";
import { pullRequestShape } from "../shapes/pull-request-shape.ts";
import { accountOf } from "../state.ts";
import type { EmulatorState, StoredPullRequest, StoredRepository } from "../state.ts";
import { announceInRepository } from "../webhooks/announce.ts";

/** Copies a repository to another account, where the app is not installed. */
export async function forkRepository(
  state: EmulatorState,
  fullName: string,
  owner: string,
): Promise<StoredRepository> {
  const { facts } = requireRepository(state, fullName);
  const { name, objectFormat, private: isPrivate, id } = facts;
  const wanted = { owner, name, objectFormat, private: isPrivate, installed: false };
  const fork = await createRepository(state, wanted, id);
  await runHostGit(fork.facts.directory, ["fetch", "--quiet", facts.directory, "refs/heads/*:refs/heads/*"]);
  return fork;
}

/** Opens a pull request of a branch and tells the app of the repository that it is for. */
export async function openPullRequest(
  state: EmulatorState,
  fullName: string,
  { from, branch, user, title = branch }: NewPullRequest,
): Promise<EmulatedPullRequest> {
  const base = requireRepository(state, fullName);
  const source = requireRepository(state, from);
  const head = await peelToCommit(source.facts.directory, `refs/heads/${branch}`);
  if (head === null)
    throw new GitHubEmulatorError("EMULATOR_NOT_FOUND", `there is no branch ${branch} in ${from}`);
  const pull: StoredPullRequest = {
    id: state.nextId(),
    number: nextNumber(state, base.facts.id),
    repositoryId: base.facts.id,
    title,
    author: accountOf(state, user ?? `${source.facts.owner}-admin`, "User"),
    createdAtMs: state.clock(),
    headRepositoryId: source.facts.id,
    headBranch: branch,
    head,
    state: "open",
  };
  state.pullRequests.set(pull.id, pull);
  await takeHead(base, source, pull);
  await tell(state, base, pull, { action: "opened" });
  return pull;
}

export async function changePullRequest(
  state: EmulatorState,
  fullName: string,
  number: number,
  change: "close" | "reopen",
): Promise<void> {
  const base = requireRepository(state, fullName);
  const pull = [...state.pullRequests.values()].find(
    (one) => one.repositoryId === base.facts.id && one.number === number,
  );
  if (pull === undefined)
    throw new GitHubEmulatorError("EMULATOR_NOT_FOUND", `there is no pull request ${number} in ${fullName}`);
  pull.state = change === "close" ? "closed" : "open";
  await tell(state, base, pull, { action: change === "close" ? "closed" : "reopened" });
}

/** Moves the open pull requests of a branch to what was pushed there. */
export async function synchronizePullRequests(
  state: EmulatorState,
  source: StoredRepository,
  update: { readonly ref: string; readonly after: string },
): Promise<void> {
  for (const pull of state.pullRequests.values()) {
    if (pull.headRepositoryId !== source.facts.id || pull.state === "closed") continue;
    // A push is told of when it is done with; the pull request may have been opened meanwhile.
    if (pull.head === update.after) continue;
    if (`refs/heads/${pull.headBranch}` !== update.ref || /^0+$/u.test(update.after)) continue;
    const base = repositoryById(state, pull.repositoryId);
    if (base === undefined) continue;
    const before = pull.head;
    pull.head = update.after;
    await takeHead(base, source, pull);
    await tell(state, base, pull, { action: "synchronize", before, after: pull.head });
  }
}

// GitHub shows the head of every pull request below `refs/pull` of the repository that it is for.
async function takeHead(
  base: StoredRepository,
  source: StoredRepository,
  { number, headBranch }: StoredPullRequest,
): Promise<void> {
  const refspec = `+refs/heads/${headBranch}:refs/pull/${number}/head`;
  await runHostGit(base.facts.directory, ["fetch", "--quiet", source.facts.directory, refspec]);
}

async function tell(
  state: EmulatorState,
  base: StoredRepository,
  pull: StoredPullRequest,
  payload: Readonly<Record<string, unknown>>,
): Promise<void> {
  const source = repositoryById(state, pull.headRepositoryId) ?? null;
  await announceInRepository(state, base, "pull_request", {
    ...payload,
    number: pull.number,
    sender: pull.author,
    pull_request: await pullRequestShape(state, base, source, pull),
  });
}
