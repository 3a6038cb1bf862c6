import type { HookManager } from "@keywarden/git";

/** Says how to add keywarden to a manager that regenerates its hook files, or gives null for every other one. */
export function managerRecipe(manager: HookManager): string | null {
  return manager in recipes ? (recipes[manager as keyof typeof recipes] ?? null) : null;
}

const recipes = {
  lefthook: `The hook here is lefthook's, which regenerates it from lefthook.yml. Add to that file:

  pre-commit:
    commands:
      keywarden:
        run: npx --no-install keywarden scan --staged

Then: npx lefthook install && keywarden doctor
`,
  "pre-commit": `The hook here is the pre-commit framework's, which regenerates it from .pre-commit-config.yaml. Add to that file:

  repos:
    - repo: local
      hooks:
        - id: keywarden
          name: keywarden
          entry: npx --no-install keywarden scan --staged
          language: system
          pass_filenames: false
          always_run: true

Then: keywarden doctor
`,
} as const;
