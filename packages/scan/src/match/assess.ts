import { attribute, fingerprint, findLeader, namingLead, Secret, validateKey } from "@keywarden/key-format";
import type { Attribution, ProviderProfile, Sha256, Validation } from "@keywarden/key-format";
import type { Candidate } from "./candidate.ts";
import { hasVariety } from "./boundary.ts";
import { judgeConfidence } from "./confidence.ts";
import type { Match } from "./match.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a candidate is taken for, and where in its reading the key ends. */
export type Assessment = Omit<
  Match,
  "encoding" | "start" | "end" | "line" | "column" | "endColumn" | "excerpt" | "inlineAllow" | "foreignAllow"
> & {
  readonly end: number;
  /** Whether a stated length, a checksum or a published hash leaves no doubt about where the key ends. */
  readonly isSettled: boolean;
};

export type Assess = (candidate: Candidate, surroundings: Surroundings) => Assessment | null;

// A prefix with fewer characters behind it is prose about keys.
const shortestBodyWorthNoting = 8;

/** Makes the judgement over single candidates; `null` is for text that is not worth a word. */
export function makeAssess(providers: readonly ProviderProfile[], sha256: Sha256): Assess {
  const validate = (text: string): Validation => validateKey(text, { providers, sha256 });
  return (candidate, surroundings) => {
    const { reading } = candidate;
    const { prefix, start, bytes } = reading;
    const textTo = (end: number): string => bytes.toString("latin1", start, end);
    // What is neither long enough nor goes on as a word needs no further look: most prefixes in prose end here.
    const longest = Math.max(...candidate.ends, candidate.wordEnd) - start - prefix.text.length;
    if (longest < shortestBodyWorthNoting || startsOver(candidate)) return null;
    const { end, validation: read } = chooseEnd(candidate, textTo, validate);
    if (read.status === "unrecognised") return null;
    const bodyLength = end - start - prefix.text.length;
    if (candidate.isGlued && !isProvenInWord(read, textTo(end).slice(prefix.text.length))) return null;
    const validation = isElided(bytes, end) && isDoubtful(read, bodyLength) ? elided(prefix.text) : read;
    if (validation.status !== "placeholder" && bodyLength < shortestBodyWorthNoting) return null;
    const format = prefix.formats[0]?.format;
    if (format === undefined) return null;

    const text = textTo(end);
    const { ranked, isNamedNearby } = rank(text, providers, surroundings);
    const leader = findLeader(ranked);
    const secret = new Secret(text, prefix.text);
    return {
      end,
      isSettled: isSure({ validation }),
      secret,
      fingerprint: fingerprint(secret, sha256),
      prefix: prefix.text,
      kind: format.kind,
      environment: format.environment,
      label: format.label,
      provider: leader?.provider ?? null,
      candidates: ranked.map(({ provider }) => provider),
      evidence: ranked[0]?.evidence ?? [],
      redacted: secret.redacted,
      ...judgeConfidence({ validation, prefix, bodyLength, leader, isNamedNearby }),
    };
  };
}

// A name such as `task_test_…` ends in a prefix too; a stated length, a checksum or the variety of a key tells them apart.
function isProvenInWord(validation: Validation, body: string): boolean {
  if (validation.status !== "valid") return false;
  return validation.stated || hasVariety(body);
}

// Behind what is long enough for a key, dots may end a sentence.
const longestElided = 20;

function isDoubtful(validation: Validation, bodyLength: number): boolean {
  if (isSure({ validation })) return false;
  return validation.status === "malformed" || (validation.status === "valid" && bodyLength < longestElided);
}

const elided = (prefix: string): Exclude<Validation, { readonly status: "unrecognised" }> => ({
  status: "placeholder",
  rule: "elided",
  message: "the end is left out",
  prefix,
});

// `...`, `…` in UTF-8, `***` and `•` show that a document leaves the rest out.
function isElided(bytes: Buffer, end: number): boolean {
  const behind = bytes.toString("latin1", end, end + 3);
  return (
    behind === "..." || behind === "***" || behind === "\u00e2\u0080\u00a6" || behind === "\u00e2\u0080\u00a2"
  );
}

// A prefix that the same word soon repeats is one of a list of prefixes.
function startsOver({ reading, ends }: Candidate): boolean {
  const { bytes, start, prefix } = reading;
  const bodyStart = start + prefix.text.length;
  return (
    Math.max(...ends) - bodyStart < shortestBodyWorthNoting &&
    bytes.toString("latin1", bodyStart, bodyStart + 2 * prefix.text.length).includes(prefix.text)
  );
}

// Documents write placeholders as words joined by `_`, which most alphabets lack. The longer reading is
// only asked where the shorter one is too short to be a key: a real key may be followed by `_example`.
function chooseEnd(
  { reading, ends, wordEnd }: Candidate,
  textTo: (end: number) => string,
  validate: (text: string) => Validation,
): { readonly end: number; readonly validation: Validation } {
  const [first, ...narrower] = ends;
  const readTo = (end: number) => ({ end, validation: validate(textTo(end)) });
  const widest = readTo(first);
  const readings = [widest, ...narrower.map(readTo)];
  const chosen =
    readings.find(isSure) ?? readings.find(({ validation }) => validation.status === "valid") ?? widest;
  const bodyStart = reading.start + reading.prefix.text.length;
  if (wordEnd > chosen.end && chosen.end - bodyStart < reading.prefix.shortestBody) {
    const longer = validate(textTo(wordEnd));
    if (longer.status === "placeholder") return { end: wordEnd, validation: longer };
  }
  return chosen;
}

function isSure({ validation }: { readonly validation: Validation }): boolean {
  return validation.status === "published-example" || (validation.status === "valid" && validation.stated);
}

interface Ranking {
  /** One entry a provider, the likeliest first. */
  readonly ranked: readonly Attribution[];
  /** Whether a name or host nearby, and not only a common variable, speaks for the first. */
  readonly isNamedNearby: boolean;
}

// The key's own line speaks first, so that keys on neighbouring lines keep their own variables.
function rank(text: string, providers: readonly ProviderProfile[], { line, near }: Surroundings): Ranking {
  const alone = oneEach(attribute(text, { providers }));
  const scores = new Map(alone.map(({ provider, score }) => [provider, score]));
  for (const names of [line, near]) {
    if (names.variables.length + names.hosts.length === 0) continue;
    const ranked = oneEach(attribute(text, { providers, ...names }));
    const gainOf = ({ provider, score }: Attribution): number => score - (scores.get(provider) ?? 0);
    if (ranked.some((one) => gainOf(one) > 0))
      return { ranked, isNamedNearby: ranked.slice(0, 1).some((first) => gainOf(first) >= namingLead) };
  }
  return { ranked: alone, isNamedNearby: false };
}

function oneEach(ranked: readonly Attribution[]): readonly Attribution[] {
  const seen = new Set<string>();
  return ranked.filter(({ provider }) => !seen.has(provider) && seen.add(provider));
}
