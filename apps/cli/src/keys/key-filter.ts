import { policyFor, rotationStatus, usageStatus } from "@keywarden/hygiene";
import type { ProviderProfile } from "@keywarden/key-format";
import type { ManagedKey } from "@keywarden/management";
import { keyFactsOf } from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import { nearestWord } from "@keywarden/key-format";

/** A key with what policy says of it now. */
export interface JudgedKey {
  readonly key: ManagedKey;
  /** `unknown` where no profile describes the provider. */
  readonly status: string;
  readonly usage: string;
  readonly ageMs: number;
  /** Since its last use, or since it was made. */
  readonly unusedMs: number;
}

export type KeyFilter = (judged: JudgedKey) => boolean;

/** Says of a key what its provider's policy says at a moment. */
export function judgeKey(
  key: ManagedKey,
  profileOf: (provider: string) => ProviderProfile | undefined,
  nowMs: number,
): JudgedKey {
  const profile = profileOf(key.provider);
  const facts = keyFactsOf(key);
  const policy = profile === undefined ? undefined : policyFor(profile);
  return {
    key,
    status: policy === undefined ? "unknown" : rotationStatus(facts, policy, nowMs).state,
    usage: policy === undefined ? "unknown" : usageStatus(facts, policy, nowMs).state,
    ageMs: nowMs - facts.secretCreatedAtMs,
    unusedMs: nowMs - (facts.lastUsedAtMs ?? facts.createdAtMs),
  };
}

const fields: Readonly<Record<string, (judged: JudgedKey) => readonly string[]>> = {
  provider: ({ key }) => [key.provider],
  status: ({ status }) => [status],
  usage: ({ usage }) => [usage],
  env: ({ key }) => [key.environment, key.label],
  kind: ({ key }) => [key.kind],
  tag: ({ key }) => key.tags,
  owner: ({ key }) => [key.owner ?? ""],
};

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * Understands filters such as `status:overdue,due`, `age>90d`, `!tag:old` and plain words; all must hold.
 *
 * @throws CliError CLI_USAGE with what was probably meant
 */
export function readFilter(terms: readonly string[]): KeyFilter {
  const conditions = terms.map((term) =>
    term.startsWith("!") ? negate(readTerm(term.slice(1))) : readTerm(term),
  );
  return (judged) => conditions.every((condition) => condition(judged));
}

const negate =
  (condition: KeyFilter): KeyFilter =>
  (judged) =>
    !condition(judged);

function readTerm(term: string): KeyFilter {
  const span = /^(age|unused)([<>])(.*)$/.exec(term);
  if (span !== null) return readSpan(term, span[1] === "age", span[2] === ">", span[3] ?? "");
  const colon = term.indexOf(":");
  if (colon === -1) {
    const word = term.toLowerCase();
    return ({ key }) => key.name.toLowerCase().includes(word) || key.id.toLowerCase().includes(word);
  }
  const name = term.slice(0, colon);
  const read = fields[name];
  const wanted = term
    .slice(colon + 1)
    .toLowerCase()
    .split(",")
    .filter(Boolean);
  if (read === undefined || wanted.length === 0) {
    const names = Object.keys(fields);
    const meant = read === undefined ? nearestWord(name, names) : name;
    const hint = meant === undefined ? `Fields are ${names.join(", ")}.` : `Did you mean ${meant}:<value>?`;
    throw new CliError("CLI_USAGE", `${JSON.stringify(term)} is not a filter. ${hint}`);
  }
  return (judged) => read(judged).some((value) => wanted.includes(value.toLowerCase()));
}

function readSpan(term: string, isAge: boolean, isOver: boolean, text: string): KeyFilter {
  const [, digits, unit = ""] = /^(\d{1,6})([hdw])$/.exec(text) ?? [];
  const factor = unitMs[unit];
  if (digits === undefined || factor === undefined) {
    throw new CliError(
      "CLI_USAGE",
      `${JSON.stringify(term)} needs a number and h, d or w, as in age>90d (quoted, because the shell reads >).`,
    );
  }
  const limitMs = Number(digits) * factor;
  return ({ ageMs, unusedMs }) => {
    const spanMs = isAge ? ageMs : unusedMs;
    return isOver ? spanMs > limitMs : spanMs < limitMs;
  };
}
