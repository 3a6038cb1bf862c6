import type { Assessment } from "./assess.ts";
import type { EncodingName } from "../decoders/decoder.ts";
import type { Candidate } from "./candidate.ts";

/** A candidate and what it is taken for. */
export interface AssessedCandidate {
  readonly candidate: Candidate;
  readonly assessment: Assessment;
}

const putTogether: ReadonlySet<EncodingName> = new Set([
  "joined-strings",
  "string-list",
  "quoted-printable",
  "invisible-characters",
]);

/**
 * Chooses among the readings of one location, which come in the order of the decoders.
 *
 * Text whose length or checksum is stated is right in whatever encoding it shows. After that, strings that are joined by
 * an operator are one text, and strings that merely stand beside each other are two.
 */
export function chooseReading(readings: readonly AssessedCandidate[]): AssessedCandidate | null {
  const whole = readings.filter(({ candidate }) => candidate.reading.isFallback !== true);
  // A line of 64 digits of base64 holds 48 characters, so a stated length says nothing where such a line is wrapped.
  const assessed = whole.some(({ assessment }) => assessment.verdict === "key") ? whole : readings;
  const preferences: readonly ((one: AssessedCandidate) => boolean)[] = [
    ({ assessment }) => assessment.isSettled,
    ({ candidate, assessment }) =>
      putTogether.has(candidate.reading.encoding) &&
      candidate.reading.isGuess !== true &&
      assessment.verdict === "key",
    ({ assessment }) => assessment.verdict === "key",
    ({ assessment }) => assessment.confidence !== "low",
  ];
  const [first = null] = assessed;
  for (const isPreferred of preferences) {
    const chosen = assessed.find(isPreferred);
    if (chosen === undefined) continue;
    // The plainest encoding that shows the same key names the match.
    const same = assessed.find(({ assessment }) => assessment.fingerprint === chosen.assessment.fingerprint);
    return same ?? chosen;
  }
  return first;
}
