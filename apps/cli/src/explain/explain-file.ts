import { countOf } from "@keywarden/key-format";
import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { lookUpPath } from "@keywarden/git";
import type { PathFacts } from "@keywarden/git";
import { encodingNames } from "@keywarden/scan";
import type { Match, SkippedMember } from "@keywarden/scan";
import type { Config } from "@keywarden/repository-config";
import { describeKind, listFolder, makeShownPath, readMatches, reasonOf } from "@keywarden/repository-scan";
import { findRepository } from "@keywarden/git";
import type { ScanTools } from "@keywarden/repository-scan";
import { describeContent } from "./describe-content.ts";
import { describeExclusion } from "./describe-exclusion.ts";
import { explainMatches } from "./explain-matches.ts";
import type { Explanation, ExplainedFact } from "./explanation.ts";

interface Question {
  /** Absolute; it exists, on disk or in the index. */
  readonly path: string;
  readonly directory: string;
  readonly includeIgnored: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: Config;
  readonly tools: ScanTools;
}

/** Explains what `keywarden scan` does about a file or folder. */
export async function explainFile(question: Question): Promise<Explanation> {
  const { path, directory, config, tools } = question;
  const shownBytes = makeShownPath(directory)(Buffer.from(path));
  const shown = tools.showPath(shownBytes);
  const facts: ExplainedFact[] = [];
  const end = (
    scanned: boolean,
    rest: Partial<Pick<Explanation, "matches" | "unopened">> = {},
  ): Explanation => ({ path: shown, mode: "paths", scanned, facts, matches: [], unopened: [], ...rest });

  const isListed = await explainListing(question, facts);
  if (!isListed) return end(false);
  const exclusion = tools.account.excludingEntry(shown);
  if (exclusion !== null) {
    facts.push({
      about: "exclude",
      is: `${describeExclusion(exclusion)}; keywarden scan ${shown} scans it anyway`,
    });
    return end(false);
  }
  if (config.exclude.length > 0) {
    facts.push({ about: "exclude", is: "no exclude entry in keywarden.json matches" });
  }
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    facts.push({
      about: "kind",
      is: "it is tracked and not on disk; --staged and --history read it from git",
    });
    return end(false);
  }
  if (stats.isDirectory()) {
    const { length: count } = await listFolder(path, question.includeIgnored, question.env);
    facts.push({ about: "kind", is: `a folder with ${countOf(count, "file")} in a scan; name one of them` });
    return end(count > 0);
  }
  const inPath = explainMatches(
    tools.scanner.scanBytes(shownBytes),
    { path: shown, locationKind: "path" },
    tools.suppression,
    config.allow,
  );
  if (!stats.isFile() && !stats.isSymbolicLink()) {
    facts.push({ about: "kind", is: `${describeKind(stats)}, which is never opened; its name is scanned` });
    return end(false, { matches: inPath });
  }
  const isLink = stats.isSymbolicLink();
  facts.push({
    about: "kind",
    is: isLink
      ? "a symbolic link: the text of its target is scanned, and it is never followed"
      : `a file of ${countOf(stats.size, "byte")}`,
  });
  if (!isLink) {
    try {
      facts.push({ about: "content", is: describeContent(path) });
    } catch (error) {
      const reason = reasonOf(error);
      facts.push({ about: "content", is: `it cannot be read: ${reason}; a scan of it is exit 2` });
      tools.account.addUnread({ location: shown, kind: "file", reason });
      return end(false, { matches: inPath });
    }
  }
  facts.push(...searched(tools));
  const matches: Match[] = [];
  const unopened: SkippedMember[] = [];
  const onSkipped = (part: SkippedMember): void => {
    unopened.push(part);
  };
  const at = { path: shown, locationKind: isLink ? "link" : "content" } as const;
  const account = { onBytes: (): void => {}, onSkipped };
  for (const some of readMatches(Buffer.from(path), at.locationKind, tools.scanner, account))
    matches.push(...some);
  return end(true, {
    matches: [...inPath, ...explainMatches(matches, at, tools.suppression, config.allow)],
    unopened,
  });
}

/** Says what is searched for, in which forms, and what is not. */
export function searched({ scanner }: Pick<ScanTools, "scanner">): readonly ExplainedFact[] {
  const { anchors, patternCount, isThorough, notLookedFor } = scanner;
  const forms = isThorough ? "the same" : "plain, utf-16, utf-32, base64";
  return [
    {
      about: "searched",
      is: [
        `${anchors.join(", ")}; written as ${encodingNames.join(", ")}`,
        ...(patternCount === 0 ? [] : [`${countOf(patternCount, "format")} of several parts as ${forms}`]),
      ].join("; "),
    },
    ...notLookedFor.map((is) => ({ about: "not sought" as const, is: `${is}; keywarden scan finds them` })),
  ];
}

async function explainListing(
  { path, includeIgnored, env }: Question,
  facts: ExplainedFact[],
): Promise<boolean> {
  const isFolder = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder && (await isTop(realpathSync(path), env))) {
    facts.push({ about: "location", is: "the top of a repository" });
    return true;
  }
  const folder = realpathSync(dirname(path));
  const repository = await findRepository(folder, env);
  if (repository === null) {
    facts.push({ about: "location", is: "outside a git repository, where a scan lists every file" });
    return true;
  }
  if (repository.directory === repository.gitDirectory) {
    const remedy = "--history scans what it stores";
    facts.push({ about: "location", is: `inside .git, where git keeps its own files; ${remedy}` });
    return false;
  }
  const top = realpathSync(repository.directory);
  const way = relative(top, join(folder, basename(path)));
  if (way === ".git") {
    facts.push({ about: "location", is: "where git keeps its own files; --history scans what it stores" });
    return false;
  }
  facts.push({ about: "location", is: `in the repository ${top}` });
  if (folder !== dirname(path) && lstatSync(dirname(path)).isSymbolicLink()) {
    facts.push({
      about: "location",
      is: `reached through a symbolic link, which a scan does not follow; it is ${join(folder, basename(path))}`,
    });
    return false;
  }
  const known = await lookUpPath(repository, sep === "/" ? way : way.replaceAll(sep, "/"));
  const { text, isListed } = describeGit(known, includeIgnored, isFolder);
  facts.push({ about: "git", is: text });
  return isListed;
}

function describeGit(
  { mode, isLeftOut, ignoredBy }: PathFacts,
  includeIgnored: boolean,
  isFolder: boolean,
): { readonly text: string; readonly isListed: boolean } {
  const rule =
    ignoredBy === null ? "" : `${ignoredBy.file}:${ignoredBy.line} ${JSON.stringify(ignoredBy.pattern)}`;
  if (mode === "160000") {
    return { text: "a submodule: its files are listed by its own rules", isListed: true };
  }
  if (mode !== null) {
    const sparse = isLeftOut ? ", and not in the work tree (skip-worktree, as in a sparse checkout)" : "";
    const although = rule === "" ? "" : `, although ${rule} would ignore it`;
    return { text: `tracked${sparse}${although}`, isListed: true };
  }
  if (rule === "") return { text: isFolder ? "not ignored" : "new, and not ignored", isListed: true };
  const remedy = includeIgnored ? "; --no-ignore scans it anyway" : "; --no-ignore would scan it anyway";
  return { text: `ignored by ${rule}${remedy}`, isListed: includeIgnored };
}

async function isTop(folder: string, env: Question["env"]): Promise<boolean> {
  const repository = await findRepository(folder, env);
  return repository !== null && realpathSync(repository.directory) === folder && basename(folder) !== ".git";
}
