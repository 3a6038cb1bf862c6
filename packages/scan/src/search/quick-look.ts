import { findTexts, packTexts, type PackedTexts } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import { isWordByte } from "../match/boundary.ts";
import { longestBody } from "../match/candidate.ts";
import { groupByPrefix } from "../match/key-prefix.ts";
import { readJoint } from "../decoders/joint.ts";
import { makeDecoders } from "../decoders/make-decoders.ts";

/** What stands in bytes as it is, and leads to keys. */
export interface PlainLeads {
  readonly texts: ReadonlySet<string>;
  /** Where the providers of these keys stand in the list that the texts were packed from. */
  readonly positions: ReadonlySet<number>;
}

// Of longer anchors the beginning says enough.
const longestPacked = 24;
const [encoded, bodied] = ["", "*"];

/**
 * Packs every anchor that bytes without a zero byte can hold: of what leads to keys as it is the note says whether keys with
 * a body are among them, and where their providers stand in the list; of the other forms it says nothing.
 */
export function packAnchors(providers: readonly ProviderProfile[]): PackedTexts {
  const positionOf = new Map(providers.map((provider, position) => [provider, position] as const));
  const prefixes = groupByPrefix(providers);
  const notes = new Map<string, string>();
  for (const { text, formats, patterns } of prefixes) {
    const positions = new Set([...formats, ...patterns].map(({ provider }) => positionOf.get(provider)));
    notes.set(text, (formats.length > 0 ? bodied : "") + [...positions].join());
  }
  for (const { anchors } of makeDecoders(prefixes, longestBody)) {
    for (const { text, prefix } of anchors) {
      const beginning = text.slice(0, longestPacked);
      if (beginning.includes("\0") || prefix?.text === text) continue;
      notes.set(beginning, encoded);
    }
  }
  return packTexts(notes);
}

/**
 * Gives what leads to keys in these bytes if all of that stands there as it is and in one piece; `null` where more may be
 * read in them, and every decoder has to look.
 */
export function lookForPlain(bytes: Buffer, packed: PackedTexts): PlainLeads | null {
  if (bytes.includes(0)) return null;
  const texts = new Set<string>();
  const positions = new Set<number>();
  let isPlain = true;
  findTexts(bytes.toString("latin1"), packed, (at, text, note) => {
    if (note === encoded || (note.startsWith(bodied) && goesOnElsewhere(bytes, at))) isPlain = false;
    texts.add(text);
    for (const position of note.replace(bodied, "").split(",")) positions.add(Number(position));
  });
  return isPlain ? { texts, positions } : null;
}

function goesOnElsewhere(bytes: Buffer, start: number): boolean {
  let end = start;
  while (isWordByte(bytes[end])) end += 1;
  return readJoint(bytes, end) !== null;
}
