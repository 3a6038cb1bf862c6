import type { MatchVerdict } from "../match/match.ts";
import type { EncodingName } from "./decoder.ts";

/** Puts the way in which a key is written in front of the reason. */
export function describeEncoding(encoding: EncodingName, verdict: MatchVerdict, reason: string): string {
  const form = formsByEncoding[encoding];
  return form === null ? reason : `${form.replace("%s", nouns[verdict])}: ${reason}`;
}

const nouns: Readonly<Record<MatchVerdict, string>> = {
  key: "a key",
  malformed: "a key",
  placeholder: "a placeholder",
  "published-example": "an example",
};

const formsByEncoding: Readonly<Record<EncodingName, string | null>> = {
  plain: null,
  "utf-16": "%s in UTF-16",
  "utf-32": "%s in UTF-32",
  "percent-encoded": "%s, percent-encoded",
  "backslash-escaped": "%s, written with backslash escapes",
  "html-entities": "%s, written with HTML entities",
  base64: "base64 of %s",
  "base64-twice": "base64 of base64 of %s",
  "base64-of-utf-16": "base64 of %s in UTF-16",
  hex: "hex of %s",
  hexdump: "a hexdump of %s",
  "character-codes": "%s, written as a list of character codes",
  "joined-strings": "%s, split over adjacent strings",
  "string-list": "%s, joined from a list of strings",
  "quoted-printable": "%s, broken by quoted-printable",
  "invisible-characters": "%s, with invisible characters inside",
};

/** Every way to write a key that is read. */
export const encodingNames = Object.keys(formsByEncoding) as readonly EncodingName[];
