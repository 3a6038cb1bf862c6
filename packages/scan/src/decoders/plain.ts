import { makeMayBegin } from "../match/may-begin.ts";
import type { Decoder, DecoderOptions } from "./decoder.ts";

/** Reads the bytes as they are: ASCII, UTF-8, Latin-1 and whatever else keeps ASCII in single bytes. */
export function makePlainDecoder({ prefixes, charactersBefore, charactersAfter }: DecoderOptions): Decoder {
  const offsetOf = (index: number): number => index;
  return {
    anchors: prefixes.map((prefix) => {
      const suits = makeMayBegin(prefix);
      return { text: prefix.text, prefix, phase: 0, ...(suits === undefined ? {} : { suits }) };
    }),
    reachBytes: Math.max(charactersBefore, charactersAfter),
    read: (bytes, hits, visit) => {
      for (const { start, anchor } of hits) {
        if (anchor.prefix === null) continue;
        visit({ encoding: "plain", prefix: anchor.prefix, bytes, start, offsetOf, endOffsetOf: offsetOf });
      }
    },
  };
}
