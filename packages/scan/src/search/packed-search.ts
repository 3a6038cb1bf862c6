import type { Anchor, Decoder } from "../decoders/decoder.ts";
import { mostSought, packNeedles, type PackedNeedles } from "./pack-needles.ts";

/** The anchors of decoders, packed. */
export interface PackedSearch {
  readonly plain: PackedAnchors;
  /** Those with a zero byte, which most files hold none of. */
  readonly wide: PackedAnchors;
  /** The most bytes of an anchor that are searched for. */
  readonly longest: number;
}

export interface PackedAnchors {
  readonly needles: PackedNeedles;
  /** How many of the needles each decoder has; they stand in the order of the decoders. */
  readonly counts: readonly number[];
}

/** Packs the anchors of decoders, so that a search for them needs no decoder before one of them is met. */
export function packSearch(decoders: readonly Decoder[]): PackedSearch {
  const pack = (isWide: boolean): PackedAnchors => {
    const own = decoders.map(({ anchors }) => anchorsWithin(anchors, isWide));
    return {
      needles: packNeedles(own.flat().map(({ text }) => text)),
      counts: own.map(({ length }) => length),
    };
  };
  const sizes = decoders.flatMap(({ anchors }) => anchors.map(({ text }) => text.length));
  return { plain: pack(false), wide: pack(true), longest: Math.min(mostSought, Math.max(0, ...sizes)) };
}

/** Gives those of a decoder's anchors that are searched for in every file, or in files with a zero byte. */
export function anchorsWithin(anchors: readonly Anchor[], isWide: boolean): readonly Anchor[] {
  return anchors.filter(({ text }) => text.slice(0, mostSought).includes("\0") === isWide);
}
