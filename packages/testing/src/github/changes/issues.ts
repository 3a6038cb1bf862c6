import type { EmulatorState, GitHubAccount, StoredIssue, StoredRepository } from "../state.ts";

/** Gives the number of a repository's next issue or pull request. */
export function nextNumber(state: EmulatorState, of: number): number {
  const numbered = [...state.issues.values(), ...state.pullRequests.values()];
  const taken = numbered.filter(({ repositoryId }) => repositoryId === of).map(({ number }) => number);
  return Math.max(0, ...taken) + 1;
}

/** Writes an issue; numbers are shared with pull requests, as GitHub's are. */
export function makeIssue(
  state: EmulatorState,
  { facts }: StoredRepository,
  wanted: {
    readonly title: string;
    readonly body: string;
    readonly author: GitHubAccount;
    /** Whether the app wrote it. */
    readonly byApp: boolean;
  },
): StoredIssue {
  const nowMs = state.clock();
  const issue: StoredIssue = {
    ...wanted,
    id: state.nextId(),
    number: nextNumber(state, facts.id),
    repository: facts.fullName,
    repositoryId: facts.id,
    state: "open",
    stateReason: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    closedAtMs: null,
  };
  state.issues.set(issue.id, issue);
  return issue;
}
