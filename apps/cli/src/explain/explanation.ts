import type { Completeness, LocationKind, Match, SkippedMember } from "@keywarden/scan";

/** Why a file is or is not scanned, and what became of every key in it; nothing in it reveals one. */
export interface Explanation {
  /** As reports show it. */
  readonly path: string;
  readonly mode: "paths" | "staged";
  readonly scanned: boolean;
  /** What decides, in the order in which a scan asks; where it is not scanned the last one says why. */
  readonly facts: readonly ExplainedFact[];
  readonly matches: readonly ExplainedMatch[];
  /** What is packed in it and was not opened. */
  readonly unopened: readonly SkippedMember[];
}

/** An explanation, and what is missing in it, such as an entry of keywarden.json that cannot be used. */
export type WholeExplanation = Explanation & Completeness;

export interface ExplainedFact {
  readonly about: "location" | "git" | "exclude" | "kind" | "content" | "searched" | "not sought";
  readonly is: string;
}

export interface ExplainedMatch extends Pick<
  Match,
  "line" | "column" | "encoding" | "member" | "prefix" | "verdict" | "confidence" | "reason" | "redacted"
> {
  readonly locationKind: LocationKind;
  readonly outcome: "blocks" | "warns" | "accepted" | "left alone" | "was there before";
  /** What decided, where it is not policy alone. */
  readonly by?: string;
}
