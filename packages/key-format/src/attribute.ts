import { alphabetCharacters, findForeignCharacter, type AlphabetName } from "./alphabet.ts";
import { checkFormat, lengthRange } from "./check-format.ts";
import { isManaged } from "./is-managed.ts";
import type { ProviderProfile } from "./profile.ts";
import { findSurroundings } from "./surroundings.ts";
import { splitKey, type ProviderFormat, type SplitKey } from "./split-key.ts";
import { withoutScheme } from "./redaction/secret-token.ts";

/** A provider that a key can belong to. Scores rank the candidates of one key; they are neither probabilities nor proof. */
export interface Attribution {
  /** The provider's id. */
  readonly provider: string;
  readonly score: number;
  /** Sentences for people, for and against. */
  readonly evidence: readonly string[];
}

/** The weights of key-formats.md §11. */
const attributionWeights = {
  prefix: 10,
  onlyProvider: 40,
  statedLength: 40,
  notStatedLength: -40,
  outsideRange: -20,
  issuedLength: 5,
  foreignCharacter: -60,
  narrowAlphabetLimit: 60,
  checksum: 60,
  notChecksum: -60,
} as const;

/**
 * The least lead that names a provider. A variable that any program may have (5) and a length that is merely usual (5) rank
 * candidates and name none.
 */
export const namingLead = 20;

/** Gives the candidate that leads far enough to be named, of candidates with the likeliest first; null where none does. */
export function findLeader(ranked: readonly Attribution[]): Attribution | null {
  const [best, second] = ranked;
  if (best === undefined) return null;
  return second === undefined || best.score - second.score >= namingLead ? best : null;
}

/**
 * Ranks the providers that issue keys with this prefix by the evidence for each, best first, equal ones in the order of `providers`.
 *
 * Every provider with the prefix is in the answer, however unlikely; text without a known prefix has none.
 *
 * @param options.variables names of variables, fields or arguments near the key
 * @param options.hosts host names near the key
 */
export function attribute(
  text: string,
  options: {
    providers: readonly ProviderProfile[];
    variables?: readonly string[];
    hosts?: readonly string[];
  },
): readonly Attribution[] {
  const split = splitKey(withoutScheme(text), options.providers);
  if (split === null || split.rest === "") return [];
  return split.formats.map((candidate) => weigh(candidate, split, options)).sort((a, b) => b.score - a.score);
}

type Weighed = readonly [score: number, sentence: string];

function weigh(
  candidate: ProviderFormat,
  split: SplitKey,
  options: Parameters<typeof attribute>[1],
): Attribution {
  const surroundings = findSurroundings(candidate.provider, options);
  const evidence: readonly Weighed[] = [
    weighPrefix(candidate, split),
    ...weighLength(candidate, split.rest),
    ...weighAlphabet(candidate, split),
    ...weighChecksum(candidate, split.rest),
    ...surroundings,
  ];
  return {
    provider: candidate.provider.id,
    score: evidence.reduce((sum, [score]) => sum + score, 0),
    evidence: evidence.map(([, sentence]) => sentence),
  };
}

function weighPrefix({ provider }: ProviderFormat, { prefix, formats }: SplitKey): Weighed {
  const sharing = new Set(formats.map((other) => other.provider.id)).size;
  if (sharing === 1) {
    return [
      attributionWeights.prefix + attributionWeights.onlyProvider,
      `only ${provider.name} is known to use ${prefix}`,
    ];
  }
  const others = sharing === 2 ? "1 other known provider" : `${sharing - 1} other known providers`;
  return [attributionWeights.prefix, `${prefix} is used by ${provider.name} and ${others}`];
}

function weighLength({ provider, format }: ProviderFormat, rest: string): readonly Weighed[] {
  const { min, max } = lengthRange(format);
  const inside = rest.length >= min && rest.length <= max;
  const whole = format.prefix.length + rest.length;
  if (format.body.stated && min === max) {
    return inside
      ? [[attributionWeights.statedLength, `${whole} characters is the length that ${provider.name} states`]]
      : [
          [
            attributionWeights.notStatedLength,
            `${whole} characters, ${provider.name} states ${format.prefix.length + min}`,
          ],
        ];
  }
  if (!inside)
    return [[attributionWeights.outsideRange, `${whole} characters is out of the range of ${provider.name}`]];
  // Keywarden issues no key of a provider whose keys it only finds.
  return isManaged(provider) && rest.length === format.body.issuedLength
    ? [[attributionWeights.issuedLength, `${whole} characters is what Keywarden issues for ${provider.name}`]]
    : [];
}

function weighAlphabet(
  { provider, format }: ProviderFormat,
  { rest, formats }: SplitKey,
): readonly Weighed[] {
  const { alphabet } = format.body;
  if (findForeignCharacter(rest, alphabet) !== -1) {
    return [
      [attributionWeights.foreignCharacter, `has characters that ${provider.name}'s ${alphabet} lacks`],
    ];
  }
  const narrowest = formats
    .map((other) => other.format.body.alphabet)
    .filter((name) => findForeignCharacter(rest, name) === -1)
    .reduce((best, name) => (sizeOf(name) < sizeOf(best) ? name : best), alphabet);
  if (narrowest === alphabet) return [];
  // How much less likely a random body of the wide alphabet is to stay inside the narrow one, in bits.
  const bits = Math.round(rest.length * Math.log2(sizeOf(alphabet) / sizeOf(narrowest)));
  const score = -Math.min(attributionWeights.narrowAlphabetLimit, bits);
  return [[score, `a ${alphabet} key of ${provider.name} is all ${narrowest} once in 2^${bits}`]];
}

function weighChecksum({ provider, format }: ProviderFormat, rest: string): readonly Weighed[] {
  if (format.checksum === undefined) return [];
  const mismatch = checkFormat(format, rest);
  return mismatch === null
    ? [[attributionWeights.checksum, `the checksum of ${provider.name} is right`]]
    : [[attributionWeights.notChecksum, `the checksum of ${provider.name} is not right`]];
}

function sizeOf(name: AlphabetName): number {
  return alphabetCharacters(name).length;
}
