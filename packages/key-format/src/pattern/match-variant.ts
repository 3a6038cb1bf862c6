import { classTable, isOfClass, type ClassName } from "./character-class.ts";
import { isLiteral, type RunPart } from "./pattern-part.ts";
import type { PatternVariant } from "./pattern-variant.ts";

/** Where a variant stands in bytes, and where each of its runs does. */
export interface PatternSpan {
  readonly start: number;
  readonly end: number;
  readonly runs: readonly { readonly start: number; readonly end: number }[];
}

/** Remembers how far runs go in the bytes that are looked at, so that many positions in one long run cost one pass. */
export class RunMemory {
  readonly #ends = new Map<ClassName, { start: number; end: number; isOver: boolean }>();

  /** Gives where the run of a class that holds `start` ends, or a position of at least `limit`. */
  endOf(bytes: Uint8Array, characters: ClassName, start: number, limit: number): number {
    const known = this.#ends.get(characters);
    let end = start;
    if (known !== undefined && known.start <= start && start <= known.end) {
      if (known.isOver || known.end >= limit) return known.end;
      end = known.end;
    }
    const table = classTable(characters);
    while (end < limit && end < bytes.length && table[bytes[end] ?? 256] === 1) end += 1;
    const from =
      known !== undefined && end > known.end && start >= known.start && start <= known.end
        ? known.start
        : start;
    this.#ends.set(characters, { start: from, end, isOver: end < limit });
    return end;
  }
}

/**
 * Reads a variant whose anchor stands at `at`; `null` where the bytes around it are not its own. A run ends where its
 * class does: one that goes on is longer than any key of the variant.
 */
export function matchVariant(
  bytes: Uint8Array,
  variant: PatternVariant,
  at: number,
  memory: RunMemory,
): PatternSpan | null {
  const start = startOf(bytes, variant, at);
  return start === null ? null : matchVariantFrom(bytes, variant, start, memory);
}

/** Reads a variant whose first character stands at `start`; `null` where these bytes are not its own. */
export function matchVariantFrom(
  bytes: Uint8Array,
  { parts }: PatternVariant,
  start: number,
  memory: RunMemory,
): PatternSpan | null {
  const runs: { start: number; end: number }[] = [];
  let position = start;
  for (const [index, part] of parts.entries()) {
    if (isLiteral(part)) {
      if (!standsAt(bytes, part.literal, position)) return null;
      position += part.literal.length;
      continue;
    }
    const end = endOfRun(bytes, part, position, memory, index + 1 < parts.length);
    if (end === -1) return null;
    runs.push({ start: position, end });
    position = end;
  }
  return { start, end: position, runs };
}

function endOfRun(
  bytes: Uint8Array,
  part: RunPart,
  start: number,
  memory: RunMemory,
  goesOn: boolean,
): number {
  const { characters, min, max } = part;
  if (min === max && goesOn) {
    for (let index = start; index < start + max; index += 1)
      if (!isOfClass(characters, bytes[index])) return -1;
    return start + max;
  }
  const end = memory.endOf(bytes, characters, start, start + max + 1);
  return end - start < min || end - start > max ? -1 : end;
}

function startOf(bytes: Uint8Array, { parts, anchor }: PatternVariant, at: number): number | null {
  let start = at;
  for (let index = anchor - 1; index >= 0; index -= 1) {
    const part = parts[index];
    if (part === undefined) return null;
    if (isLiteral(part)) {
      start -= part.literal.length;
    } else if (part.min === part.max) {
      start -= part.max;
    } else {
      const end = start;
      while (end - start <= part.max && isOfClass(part.characters, bytes[start - 1])) start -= 1;
      if (end - start < part.min || end - start > part.max) return null;
    }
  }
  if (start < 0) return null;
  const [first] = parts;
  // What goes on to the left is longer than any key of the variant.
  return first !== undefined && !isLiteral(first) && isOfClass(first.characters, bytes[start - 1])
    ? null
    : start;
}

function standsAt(bytes: Uint8Array, text: string, at: number): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
