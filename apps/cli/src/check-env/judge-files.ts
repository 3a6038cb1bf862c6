import { countOf, quoteForShell } from "@keywarden/key-format";
import { rules, sourceOf, type RuleId } from "@keywarden/hygiene";
import type { EnvFinding } from "./env-finding.ts";
import type { KeyInVariable } from "./found-key.ts";

/** What the file system and git say of a file. */
export interface FileFacts {
  readonly file: string;
  /** Permission bits; `null` where the system has none. */
  readonly mode: number | null;
  readonly isTracked: boolean;
}

/** Judges the `.env` files that hold secret keys; the others may be read by everyone. */
export function judgeFiles(
  files: readonly FileFacts[],
  keys: readonly KeyInVariable[],
): readonly EnvFinding[] {
  return files.flatMap(({ file, mode, isTracked }) => {
    const secret = keys.filter(
      ({ at, kind }) => at.source.kind === "dotenv" && at.source.file === file && kind !== "publishable",
    );
    const [first] = secret;
    if (first === undefined) return [];
    const count = countOf(secret.length, "secret key");
    const findingAbout = (rule: RuleId, message: string, next: string): EnvFinding => {
      const likely = first.provider === null ? first.candidates : [first.provider];
      const quoted = likely.find(({ id }) => sourceOf(rule, id).provider !== null);
      return {
        rule,
        severity: rules[rule].severity,
        message,
        file,
        line: null,
        variable: null,
        key: null,
        fingerprint: null,
        source: sourceOf(rule, quoted?.id ?? null),
        next,
      };
    };
    const isOpen = mode !== null && (mode & 0o077) !== 0;
    return [
      ...(isTracked
        ? [
            findingAbout(
              "env-file-tracked",
              `git tracks it, with ${count} in it: ignore it, rotate what is in it, and scan the history`,
              `git rm --cached ${quoteForShell(file)}`,
            ),
          ]
        : []),
      ...(isOpen
        ? [
            findingAbout(
              "env-file-readable",
              `its mode is ${(mode & 0o777).toString(8).padStart(4, "0")}, with ${count} in it`,
              `chmod 600 ${quoteForShell(file)}`,
            ),
          ]
        : []),
    ];
  });
}
