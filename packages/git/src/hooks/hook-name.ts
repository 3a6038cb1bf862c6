/** The hooks that can stop a key, in the order that git runs them. */
export const hookNames = ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push"] as const;

export type HookName = (typeof hookNames)[number];

/** What a hook stops and how a person goes around it once, in the words of its own lines. */
export interface HookWords {
  readonly purpose: string;
  readonly blocked: string;
  readonly bypass: string;
}

export const hookWords: Readonly<Record<HookName, HookWords>> = {
  "pre-commit": {
    purpose: "Blocks a commit that holds an API key",
    blocked: "commit blocked",
    bypass: "git commit --no-verify",
  },
  "pre-merge-commit": {
    purpose: "Blocks a merge that adds an API key",
    blocked: "merge blocked",
    bypass: "git merge --no-verify",
  },
  "commit-msg": {
    purpose: "Blocks a commit whose message holds an API key",
    blocked: "commit blocked",
    bypass: "git commit --no-verify",
  },
  "pre-push": {
    purpose: "Blocks a push that sends an API key",
    blocked: "push blocked",
    bypass: "git push --no-verify",
  },
};
