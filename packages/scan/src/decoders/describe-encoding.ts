import type { Verdict } from "../match/match.ts";
import type { EncodingName } from "./decoder.ts";

/** Puts the way in which a key is written in front of the reason. */
export function describeEncoding(encoding: EncodingName, verdict: Verdict, reason: string): string {
  const form = formsByEncoding[encoding];
  return form === null ? reason : `${form.replace("%s", nouns[verdict])}: ${reason}`;
}

const nouns: Readonly<Record<Verdict, string>> = {
  key: "a key",
  malformed: "a key",
  placeholder: "a placeholder",
  "published-example": "an example",
};

const formsByEncoding: Readonly<Record<EncodingName, string | null>> = {
  plain: null,
  "utf-16": "%s in UTF-16",
  "percent-encoded": "%s, percent-encoded",
  "backslash-escaped": "%s, written with backslash escapes",
  "html-entities": "%s, written with HTML entities",
  base64: "base64 of %s",
  hex: "hex of %s",
  "joined-strings": "%s, split over adjacent strings",
};

/** Every way to write a key that is read. */
export const encodingNames = Object.keys(formsByEncoding) as readonly EncodingName[];
