import { ownHooksFolder } from "@keywarden/git";
import type { HookName, HookReport } from "@keywarden/git";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** Gives the command that installs this hook; where others share its folder, in one of this repository's own. */
export function installing({ name, isShared, state }: HookReport): string {
  const install = `keywarden hook install${name === "pre-commit" ? "" : ` ${name}`}`;
  if (!isShared) return install;
  return state === "outdated" ? `${install} --shared` : `${ownHooksFolder} && ${install}`;
}

/** Says that a hook is not ours, or not as it should be, and how to repair that. */
export function warnAbout(report: HookReport, { print }: Pick<Terminal, "print">): ExitStatus {
  const { name, state, path, problem } = report;
  const { absent } = checked[name];
  const words = {
    absent: `${absent}: ${path} does not exist.`,
    foreign: `${absent}: the hook at ${path} does not call keywarden.`,
    outdated: `${absent} as they should be: ${problem ?? `${path} differs from what install writes`}.`,
  };
  print(`${state === "installed" ? "" : words[state]}\n${installing(report)} repairs it.\n`);
  return 1;
}

const sentences = (what: string): Readonly<Record<"future" | "present" | "past" | "absent", string>> => ({
  future: `Every ${what} here is checked from now on`,
  present: `${what.charAt(0).toUpperCase()}${plural(what).slice(1)} are checked`,
  past: `${what.charAt(0).toUpperCase()}${plural(what).slice(1)} here are no longer checked`,
  absent: `${what.charAt(0).toUpperCase()}${plural(what).slice(1)} are not checked`,
});

const plural = (what: string): string => (what.endsWith("sh") ? `${what}es` : `${what}s`);

/** What each hook checks, in the sentences that tell of it. */
export const checked: Readonly<Record<HookName, ReturnType<typeof sentences>>> = {
  "pre-commit": sentences("commit"),
  "pre-merge-commit": sentences("merge"),
  "commit-msg": sentences("commit message"),
  "pre-push": sentences("push"),
};

/** What commits without running a hook before it, unless a person has resolved a conflict in it. */
export const withoutHook = "git rebase, am, cherry-pick and revert";
