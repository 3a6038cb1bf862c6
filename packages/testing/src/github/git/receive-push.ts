import { readFile, rm } from "node:fs/promises";
import { adoptDefaultBranch } from "./bare-repository.ts";
import { synchronizePullRequests } from "../changes/pull-requests.ts";
import { listeningInstallation } from "../webhooks/announce.ts";
import { emitEvent } from "../webhooks/emit-event.ts";
import { listHostedRefs } from "./git-process.ts";
import { describePush, isZero } from "./push-event.ts";
import type { RefUpdate } from "./push-event.ts";
import type { GitHubAccount, EmulatorState, StoredRepository } from "../state.ts";

/** Above these, GitHub makes no event for any tag, or for any branch, of the push. */
const mostTagsWithEvents = 3;
export const mostBranchesWithEvents = 5000;

/** Turns what the post-receive hook left in the spool into push events, and removes the spool. */
export async function receivePush(
  state: EmulatorState,
  repository: StoredRepository,
  pusher: GitHubAccount,
  spool: string,
): Promise<void> {
  const updates = await takeUpdates(spool);
  if (updates.length === 0) return;
  const { directory } = repository.facts;
  repository.pushedAtMs = state.clock();
  await adoptDefaultBranch(directory);
  for (const update of updates) await synchronizePullRequests(state, repository, update);
  if (listeningInstallation(state, repository) === null) return;
  const after = await listHostedRefs(directory);
  const refs = { before: refsWithout(after, updates), after };
  for (const update of updatesWithEvents(updates)) {
    const payload = await describePush(state, repository, pusher, update, refs);
    state.pending.add(emitEvent(state, "push", { ...payload }));
  }
}

/** The updates that GitHub tells about: branches and tags, unless there are too many of them. */
export function updatesWithEvents(updates: readonly RefUpdate[]): readonly RefUpdate[] {
  const branches = updates.filter(({ ref }) => ref.startsWith("refs/heads/"));
  const tags = updates.filter(({ ref }) => ref.startsWith("refs/tags/"));
  return [
    ...(branches.length > mostBranchesWithEvents ? [] : branches),
    ...(tags.length > mostTagsWithEvents ? [] : tags),
  ];
}

async function takeUpdates(spool: string): Promise<readonly RefUpdate[]> {
  let text = "";
  try {
    text = await readFile(spool, "utf8");
  } catch (cause) {
    // Git never ran the hook: the push was refused or changed nothing.
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
  }
  await rm(spool, { force: true });
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [before = "", after = "", ref = ""] = line.split(" ");
      return { before, after, ref };
    });
}

function refsWithout(
  after: ReadonlyMap<string, string>,
  updates: readonly RefUpdate[],
): ReadonlyMap<string, string> {
  const refs = new Map(after);
  for (const { before, ref } of updates) {
    if (isZero(before)) refs.delete(ref);
    else refs.set(ref, before);
  }
  return refs;
}
