import type { HookManager } from "@keywarden/git";
import { askDone, doneStatus, locateScript, quotePath, quotePattern } from "./hook-command.ts";
import type { HookSurroundings } from "./hook-command.ts";

/**
 * Says how to add keywarden to a manager that regenerates its hook files, or gives null for every other one.
 *
 * The recipe is committed with the project, so it names the package's script from the top level. npx would ask a
 * registry wherever the package is not installed, and takes longer than the check. A script or program of which an empty
 * file is left must stop the commit, so its lines ask for the status that only a whole one gives.
 */
export function managerRecipe(
  manager: HookManager,
  location: Omit<HookSurroundings, "name" | "hook">,
): string | null {
  if (manager !== "lefthook" && manager !== "pre-commit") return null;
  const script = locateScript(location);
  const run = script === null ? null : `sh ${quotePattern(script)}`;
  // In one list, which a shell that ends at the first failure (sh -e) takes as a whole.
  const proved = (command: string): string => `${askDone}${command} && false || [ $? -eq ${doneStatus} ]`;
  // lefthook puts the remote's name and URL in; the framework hands them over in the environment.
  const remote = manager === "lefthook" ? " {1} {2}" : "";
  const commit = proved(run === null ? "keywarden scan --staged" : `${run} pre-commit`);
  const push = proved(`${run === null ? "keywarden hook pre-push" : `${run} pre-push`}${remote}`);
  // The framework starts a program without a shell.
  const entry = (text: string): string => (manager === "pre-commit" ? `sh -c ${quotePath(text)}` : text);
  return recipes[manager](entry(commit), entry(push));
}

const recipes = {
  lefthook: (commit: string, push: string) =>
    `The hook here is lefthook's, which regenerates it from lefthook.yml. Add to that file:

  pre-commit:
    commands:
      keywarden:
        run: ${commit}
  pre-push:
    commands:
      keywarden:
        run: ${push}
        use_stdin: true

Then, as you start lefthook: lefthook install && keywarden doctor
`,
  "pre-commit": (commit: string, push: string) =>
    `The hook here is the pre-commit framework's, which regenerates it from .pre-commit-config.yaml. Add to that file:

  repos:
    - repo: local
      hooks:
        - id: keywarden
          name: keywarden
          entry: ${commit}
          language: system
          pass_filenames: false
          always_run: true
          stages: [pre-commit, pre-merge-commit]
        - id: keywarden-push
          name: keywarden (push)
          entry: ${push}
          language: system
          pass_filenames: false
          always_run: true
          stages: [pre-push]

Then: pre-commit install --hook-type pre-commit --hook-type pre-push && keywarden doctor
Of a push of several branches at once, pre-commit tells a hook of the first alone.
`,
} as const;
