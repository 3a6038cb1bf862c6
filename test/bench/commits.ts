import { execFileSync } from "node:child_process";
import { basename, dirname } from "node:path";
import { providersOf } from "@keywarden/key-format";
import { leftBoundaries, listPrefilterLiterals, listPrefilterPatterns } from "@keywarden/scan";
import { shortcutExpression } from "../../packages/git/src/hooks/hook-shortcut.ts";
import type { Section } from "./report.ts";

const latest = 100;
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/**
 * How many of the latest commits of the checkouts in KEYWARDEN_CHECKOUTS, parted by colons, change a file for which the hook
 * starts a scan, by git's own search as the hook asks for it; for the others git alone proves that there is no key.
 */
export function benchCommits(): Section {
  const checkouts = (process.env["KEYWARDEN_CHECKOUTS"] ?? "").split(":").filter((path) => path !== "");
  const { providers } = providersOf([]);
  const expression = shortcutExpression({
    literals: listPrefilterLiterals(providers),
    patterns: listPrefilterPatterns(providers),
    leftBoundaries,
  });
  return {
    title: "Commits",
    method: `The latest ${latest} commits of each checkout in KEYWARDEN_CHECKOUTS, each by the whole files that it changes.`,
    rows: checkouts.map((path) => {
      const { doubtful, all } = judgeCommits(path, expression);
      const name = basename(path).startsWith("repo") ? basename(dirname(path)) : basename(path);
      return { measure: name, value: `${doubtful} of ${all}`, compared: "start a scan" };
    }),
  };
}

function judgeCommits(path: string, expression: string): { readonly doubtful: number; readonly all: number } {
  const env = { ...process.env, LC_ALL: "C" };
  const lines = (...args: readonly string[]): readonly string[] => {
    const options = { env, encoding: "latin1", maxBuffer: 2 ** 30 } as const;
    const text = execFileSync("git", ["--literal-pathspecs", "-C", path, ...args], options);
    return text.split("\n").filter((line) => line !== "");
  };
  const search = ["--text", "--no-textconv", "--no-ext-diff", "--no-renames", `-G${expression}`];
  const commits = lines("rev-list", "--no-merges", "-n", String(latest), "--all");
  const changes = commits
    .map((commit) => ({
      commit,
      paths: lines("diff-tree", "-r", "--root", "--no-commit-id", "--name-only", "--diff-filter=AM", commit),
    }))
    .filter(({ paths }) => paths.length > 0);
  const doubtful = changes.filter(
    ({ commit, paths }) =>
      lines("diff-tree", "-r", "--name-only", ...search, emptyTree, commit, "--", ...paths).length > 0,
  );
  return { doubtful: doubtful.length, all: changes.length };
}
