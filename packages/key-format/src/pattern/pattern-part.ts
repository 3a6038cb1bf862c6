import type { ClassName } from "./character-class.ts";

/** Text that stands in every key as it is. */
export interface LiteralPart {
  readonly literal: string;
}

/** A run of characters of one class; its length is exact where `min` is `max`. */
export interface RunPart {
  readonly characters: ClassName;
  readonly min: number;
  readonly max: number;
}

export type PatternPart = LiteralPart | RunPart;

/** Whether a part is text that stands as it is. */
export function isLiteral(part: PatternPart): part is LiteralPart {
  return "literal" in part;
}

/** Whether a part has one length only. */
export function isExact(part: PatternPart): boolean {
  return isLiteral(part) || part.min === part.max;
}

/** The least and the most characters of a part. */
export function sizeOf(part: PatternPart): { readonly min: number; readonly max: number } {
  return isLiteral(part) ? { min: part.literal.length, max: part.literal.length } : part;
}
