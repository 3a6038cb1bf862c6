import { countOf } from "@keywarden/key-format";
import { GitError, readObjects } from "@keywarden/git";
import type { Repository, StagedEntry } from "@keywarden/git";
import type { Match, SkippedMember } from "@keywarden/scan";
import type { Config } from "@keywarden/repository-config";
import { gitlink, introducedBy } from "@keywarden/repository-scan";
import type { ScanTools } from "@keywarden/repository-scan";
import { describeBytes } from "./describe-content.ts";
import { describeExclusion } from "./describe-exclusion.ts";
import { searched } from "./explain-file.ts";
import { explainMatches } from "./explain-matches.ts";
import type { Explanation, ExplainedFact } from "./explanation.ts";

interface Question {
  readonly repository: Repository;
  readonly entries: readonly StagedEntry[];
  /** From the top level, with `/` between folders. */
  readonly path: string;
  readonly config: Config;
  readonly tools: ScanTools;
}

/** Explains what `keywarden scan --staged`, and so the hook, does about a path. */
export async function explainStaged({
  repository,
  entries,
  path,
  config,
  tools,
}: Question): Promise<Explanation> {
  const bytes = Buffer.from(path);
  const shown = tools.showPath(bytes);
  const facts: ExplainedFact[] = [];
  const end = (
    scanned: boolean,
    rest: Partial<Pick<Explanation, "matches" | "unopened">> = {},
  ): Explanation => ({ path: shown, mode: "staged", scanned, facts, matches: [], unopened: [], ...rest });

  const entry = entries.find((one) => one.path.equals(bytes));
  if (entry === undefined) {
    facts.push({
      about: "git",
      is: "the next commit does not change it: it is as in HEAD, or not in the index (git add puts it there)",
    });
    return end(false);
  }
  facts.push({ about: "git", is: changeOf(entry) });
  const exclusion = tools.account.excludingEntry(shown);
  if (exclusion !== null) {
    facts.push({ about: "exclude", is: describeExclusion(exclusion) });
    return end(false);
  }
  if (entry.newMode === gitlink) {
    facts.push({ about: "kind", is: "a submodule: its commits are another repository's" });
    return end(false);
  }
  if (entry.newId === null) {
    facts.push({ about: "kind", is: "a commit that removes it cannot add a key" });
    return end(true);
  }
  let content: Buffer = Buffer.alloc(0);
  try {
    for await (const object of readObjects(repository, [entry.newId])) content = object.bytes;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    tools.account.addUnread({ location: shown, kind: "git", reason: error.message });
    return end(false);
  }
  const isLink = entry.newMode === "120000";
  facts.push(
    {
      about: "kind",
      is: isLink
        ? "a symbolic link: the text of its target is scanned, and it is never followed"
        : `a file of ${countOf(content.length, "byte")}; the staged content counts, not the work tree`,
    },
    { about: "content", is: describeBytes(content.subarray(0, 8000)) },
    ...searched(tools),
  );
  const included = entries.filter((one) => tools.account.exclusionOf(tools.showPath(one.path)) === null);
  const changes = await introducedBy(repository, included, tools.scanner, ({ id, reason }) =>
    tools.account.addUnread({ location: `object ${id}`, kind: "git", reason }),
  );
  const added = changes.filter((change) => change.entry === entry).flatMap((change) => change.added);
  const isNew = (match: Match): boolean =>
    added.some(({ fingerprint, start }) => fingerprint === match.fingerprint && start === match.start);
  const unopened: SkippedMember[] = [];
  const inContent = tools.scanner.scanBytes(content, (part) => unopened.push(part));
  const locationKind = isLink ? "link" : "content";
  return end(true, {
    matches: [
      ...explainMatches(
        tools.scanner.scanBytes(bytes),
        { path: shown, locationKind: "path" },
        tools.suppression,
        config.allow,
        isNew,
      ),
      ...explainMatches(inContent, { path: shown, locationKind }, tools.suppression, config.allow, isNew),
    ],
    unopened,
  });
}

function changeOf({ oldId, newId, mergedIds }: StagedEntry): string {
  const merged = mergedIds.length === 0 ? "" : "; the commit that is merged has it, too";
  if (newId === null) return `the next commit removes it${merged}`;
  return `the next commit ${oldId === null ? "adds" : "changes"} it${merged}`;
}
