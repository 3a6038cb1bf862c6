import { quoteForShell } from "@keywarden/key-format";
import {
  putOffCommand,
  rules,
  sourceOf,
  type RuleId,
  type RuleSource,
  type Severity,
} from "@keywarden/hygiene";
import type { KeyInVariable } from "./found-key.ts";

/** Something wrong with where a key is kept. */
export interface EnvFinding {
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly message: string;
  /** The file as it was named; `null` for the process environment. */
  readonly file: string | null;
  readonly line: number | null;
  readonly variable: string | null;
  readonly key: string | null;
  readonly fingerprint: string | null;
  readonly source: RuleSource;
  /** The command that puts it right, or accepts it for a time where only a person can. */
  readonly next: string;
  /** What `--fix` does about it; absent where it is not enough to change a word of a `.env` file. */
  readonly edit?: EnvEdit;
}

/** A word of one line that is replaced; neither is ever a key. */
export interface EnvEdit {
  readonly line: number;
  readonly from: string;
  readonly to: string;
  /** What a person has to know or do then. */
  readonly after: string;
}

/** Makes a finding about a key. */
export function findingOf(
  rule: RuleId,
  key: KeyInVariable,
  message: string,
  /** A command, an edit for `--fix`, or nothing where neither puts it right. */
  remedy: string | EnvEdit | null,
): EnvFinding {
  const { at, redacted, fingerprint, provider, candidates } = key;
  const likely = provider === null ? candidates : [provider];
  const quoted = likely.find(({ id }) => sourceOf(rule, id).provider !== null);
  return {
    rule,
    severity: rules[rule].severity,
    message,
    file: at.source.file,
    line: at.line,
    variable: at.name,
    key: redacted,
    fingerprint,
    source: sourceOf(rule, quoted?.id ?? null),
    ...remedyOf(rule, key, remedy),
  };
}

function remedyOf(
  rule: RuleId,
  { at, fingerprint }: KeyInVariable,
  remedy: string | EnvEdit | null,
): Pick<EnvFinding, "next" | "edit"> {
  if (typeof remedy === "string") return { next: remedy };
  const { file } = at.source;
  if (remedy === null || file === null) return { next: putOffCommand(rule, fingerprint) };
  return {
    next: `keywarden check-env --fix ${rule} ${file.startsWith("-") ? "-- " : ""}${quoteForShell(file)}`,
    edit: remedy,
  };
}

/** The command that makes a key for the same location; null where it is not known which. */
export function createCommand(
  { at, provider, kind }: KeyInVariable,
  environment: string | null,
): string | null {
  const { file, kind: sort } = at.source;
  if (provider === null || environment === null || sort !== "dotenv" || file === null) return null;
  const asKind = kind === "secret" ? "" : ` --kind ${kind}`;
  return `keywarden keys create --provider ${provider.id} --name ${at.name.toLowerCase()}${asKind} --environment ${environment} --to ${quoteForShell(`env:${file}#${at.name}`)}`;
}

/** The command that says whose the key of a line is, without showing it; null where it is in no file. */
export function lookUpCommand({ at: { source, line } }: KeyInVariable): string | null {
  if (source.file === null || line === null) return null;
  return `sed -n ${line}p ${quoteForShell(source.file)} | keywarden keys lookup`;
}
