import {
  exampleStarts,
  exampleStartSize,
  findPlaceholder,
  findSurroundings,
  fingerprint,
  fingerprintPublicKey,
  foreignExamples,
  isBlockStructure,
  isChecksumRight,
  isLiteral,
  isOfClass,
  Secret,
} from "@keywarden/key-format";
import type { ProviderProfile, Sha256 } from "@keywarden/key-format";
import type { Assessment } from "./assess.ts";
import type { Confidence, Match } from "./match.ts";
import type { PatternCandidate } from "./pattern-candidate.ts";
import type { Surroundings } from "./surroundings.ts";

interface Ranked {
  readonly candidate: PatternCandidate;
  readonly score: number;
  /** The characters that the pattern itself states: of two that fit, the one that says more of the text is right. */
  readonly fixed: number;
  readonly isNamed: boolean;
  readonly isProven: boolean;
  readonly isRefuted: boolean;
}

/** A placeholder of fewer characters cannot be told from a short name. */
const shortestJudgedRun = 12;

/**
 * Judges what patterns accept as one key: all of the candidates are the same text, and the likeliest names it.
 *
 * @param nowMs tells whether a key that states its end has passed it; absent: nothing is said of it
 */
export function assessPatterns(
  candidates: readonly [PatternCandidate, ...PatternCandidate[]],
  surroundings: Surroundings,
  { providers, sha256, nowMs }: { providers: readonly ProviderProfile[]; sha256: Sha256; nowMs?: number },
): Assessment {
  const ranked = candidates
    .map((candidate) => rank(candidate, surroundings, providers))
    .sort(
      (one, other) =>
        other.score - one.score || other.fixed - one.fixed || Number(isOpen(one)) - Number(isOpen(other)),
    );
  const [best, second] = ranked as [Ranked, ...Ranked[]];
  const { pattern, variant, provider, span, facts } = best.candidate;
  const leads =
    second === undefined ||
    best.score > second.score ||
    best.fixed > second.fixed ||
    second.candidate.provider === provider;
  const text = textOf(best.candidate);
  const secret = new Secret(text, variant.prefix);
  const hash = fingerprint(secret, sha256);
  const judged = describeVariant(text, variant.prefix, sha256) ?? judge(best, text, hash, nowMs);
  const others = [...new Set(ranked.map(({ candidate }) => candidate.provider))].slice(1);
  return {
    end: span.end,
    isSettled: best.isProven,
    secret,
    fingerprint: hash,
    prefix: variant.prefix,
    format: `${provider.id}/${pattern.id}`,
    kind: pattern.kind,
    environment: variant.deployment?.environment ?? null,
    label: variant.deployment?.label ?? pattern.id,
    provider: leads ? provider.id : null,
    candidates: [...new Set(ranked.map(({ candidate }) => candidate.provider.id))],
    evidence: [],
    redacted: secret.redacted,
    ...judged,
    reason: [
      leads ? judged.reason : `${judged.reason}; ${nameOthers(others)} keys alike`,
      ...(facts?.notes ?? []),
      ...(facts?.publicKey === undefined
        ? []
        : [`its public key is ${fingerprintPublicKey(facts.publicKey, sha256)}`]),
    ].join("; "),
  };

  function rank(
    candidate: PatternCandidate,
    { line, near }: Surroundings,
    all: readonly ProviderProfile[],
  ): Ranked {
    const { checksum } = candidate.pattern;
    const isRight =
      checksum === undefined ? null : isChecksumRight(checksum, textOf(candidate), candidate.variant.prefix);
    const named = (names: typeof line): boolean =>
      findSurroundings(candidate.provider, { providers: all, ...names }).length > 0;
    // A call of curl says that a secret is sent, and not whose it is.
    const isCalled = candidate.isBeside && candidate.pattern.around !== "curl";
    const nearness = isCalled || named(line) ? 3 : named(near) ? 2 : 0;
    const isNamed = nearness > 0;
    const grade = { low: 0, medium: 1, high: 2 }[candidate.pattern.evidence];
    const isRefuted = isRight === false && checksum?.confirmed === true;
    const score = grade + nearness + (isRight === true ? 8 : 0) - (isRefuted ? 8 : 0);
    const fixed = candidate.variant.parts
      .filter(isLiteral)
      .reduce((sum, { literal }) => sum + literal.length, 0);
    return { candidate, score, fixed, isNamed, isProven: isRight === true, isRefuted };
  }
}

function nameOthers(others: readonly ProviderProfile[]): string {
  if (others.some(({ id }) => id === "any-provider")) return "others write";
  const names = others.map(({ name }) => name);
  return names.length === 1 ? `${names[0]} writes` : `${names.join(", ")} write`;
}

// Where nothing tells which of the two it is, it is the one that does harm.
const isOpen = ({ candidate: { pattern } }: Ranked): boolean => pattern.kind === "publishable";

function textOf({ reading, span }: PatternCandidate): string {
  return reading.bytes.toString("latin1", span.start, span.end);
}

/** Knows an example of which somebody has changed the end. */
function describeVariant(text: string, prefix: string, sha256: Sha256): Judged | null {
  // The start says something of the key only where it is no prefix that all have.
  if (prefix !== "" || text.length <= exampleStartSize) return null;
  const start = sha256(text.slice(0, exampleStartSize));
  const vendor = exampleStarts.find((example) => example.fingerprint === start)?.vendor;
  if (vendor === undefined) return null;
  const reason = `it begins like the key that ${vendor} prints as an example`;
  return { verdict: "published-example", confidence: "low", reason };
}

type Judged = Pick<Match, "verdict" | "confidence" | "reason" | "isUndecided">;

function judge(
  { candidate, isProven, isRefuted, isNamed }: Ranked,
  text: string,
  hash: string,
  nowMs: number | undefined,
): Judged {
  const { pattern, provider, facts } = candidate;
  const what = `fits ${provider.name}'s ${pattern.name}${candidate.isBeside && pattern.around !== "curl" ? ", and is called so" : ""}`;
  const vendor = foreignExamples.find((example) => example.fingerprint === hash)?.vendor;
  if (vendor !== undefined) {
    return {
      verdict: "published-example",
      confidence: "low",
      reason: `${vendor} prints this key as an example`,
    };
  }
  if (isProven) return { verdict: "key", confidence: "high", reason: `${what}, and its checksum is right` };
  if (isRefuted) {
    return { verdict: "malformed", confidence: "low", reason: `${what}, but its checksum is not right` };
  }
  if (isInvented(candidate, text)) {
    return { verdict: "placeholder", confidence: "low", reason: `${what}, but it is a placeholder` };
  }
  if (pattern.ended !== undefined) {
    const reason = `${what}, and ${provider.name} has ended these on ${pattern.ended}`;
    return { verdict: "key", confidence: "low", reason, isUndecided: true };
  }
  if (pattern.around === "curl")
    return {
      verdict: "key",
      confidence: "low",
      reason: `${what}; nothing says whose it is`,
      isUndecided: true,
    };
  const { expiresAtMs, isEndless } = facts ?? {};
  if (isEndless === true) {
    const reason = `${what}, and does not say when it ends`;
    return { verdict: "key", confidence: "low", reason, isUndecided: true };
  }
  if (expiresAtMs !== undefined && nowMs !== undefined) {
    const isOver = expiresAtMs < nowMs;
    const confidence: Confidence = isOver ? "low" : "high";
    return {
      verdict: "key",
      confidence,
      reason: isOver ? `${what}, and it has expired` : `${what}, and it has not expired`,
    };
  }
  const { evidence } = pattern;
  return { verdict: "key", confidence: evidence === "low" && isNamed ? "medium" : evidence, reason: what };
}

const dollar = 0x24;
const longestWord = 16;
// `'sample_AIza…'`: a word in front of the key, or at its beginning, says that it is none.
const word = "(?:sample|example|fake|dummy|mock|placeholder|your|invalid)[_-]";
const behindWord = new RegExp(`(?:^|[^\\w-])${word}$`, "i");
const withWord = new RegExp(`^${word}`, "i");

function isCalledSo(bytes: Buffer, start: number, text: string): boolean {
  const before = bytes.toString("latin1", Math.max(0, start - longestWord), start);
  return behindWord.test(before) || withWord.test(text);
}

function isInvented({ reading, span, pattern, variant }: PatternCandidate, text: string): boolean {
  // Where a class holds the signs of templates, they say nothing.
  const isFree = variant.parts.some((part) => !isLiteral(part) && isOfClass(part.characters, dollar));
  const wordsOf = (run: string): string => (isFree ? run.replaceAll(/[^0-9A-Za-z]/g, "") : run);
  const { structure } = pattern;
  if (isBlockStructure(structure) || structure === "jwt" || structure === "signed-query") return false;
  if (/EXAMPLE/.test(text) || isCalledSo(reading.bytes, span.start, text)) return true;
  const runs = span.runs.map(({ start, end }) => wordsOf(reading.bytes.toString("latin1", start, end)));
  const long = runs.filter((run) => run.length >= shortestJudgedRun);
  // Of short runs alone, as in `A3-XXXXXX-XXXXX…`, all together tell.
  const judged = long.length > 0 ? long : [runs.join("")].filter((run) => run.length >= shortestJudgedRun);
  return judged.some((run) => findPlaceholder(run) !== null);
}
