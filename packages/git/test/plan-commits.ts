import type { PlannedCommit } from "@keywarden/testing";

/** What a commit holds, and how many commits back those are that it is built on. */
export interface CommitStep {
  readonly files: Readonly<Record<string, string>>;
  readonly back: readonly number[];
}

/** Plans commits a second apart; what lies before the first one is left out. */
export function planCommits(steps: readonly CommitStep[]): readonly PlannedCommit[] {
  return steps.map(({ files, back }, index) => ({
    parents: [...new Set(back.map((distance) => index - distance).filter((parent) => parent >= 0))],
    files: new Map(Object.entries(files)),
    message: `commit ${index}`,
    atSeconds: 1_767_225_600 + index,
  }));
}
