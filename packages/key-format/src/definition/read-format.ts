import { alphabetCharacters, alphabetNames, type AlphabetName } from "../alphabet.ts";
import type { Environment, KeyKind } from "../key-kind.ts";
import type { BodyRule, ChecksumRule, KeyFormat } from "../profile.ts";
import type { DefinitionReader } from "./reader.ts";

const kinds: readonly KeyKind[] = ["secret", "publishable", "restricted"];
export const environments: readonly Environment[] = ["production", "sandbox", "development"];

const prefixPattern = /^(?=.{3,32}$)[A-Za-z][0-9A-Za-z]*(?:_[0-9A-Za-z]+)*_$/;
const bodyLimits = { min: 12, max: 256 };
const wantedBits = 160;

/** Reads one format of a definition (key-formats.md §12.2). */
export function readFormat(reader: DefinitionReader, value: unknown, path: string): KeyFormat {
  const part = reader.object(value, path, ["prefix", "kind", "environment", "label", "body", "checksum"]);
  const prefix = readPrefix(reader, part.prefix, `${path}.prefix`);
  const kind = reader.choice(part.kind, `${path}.kind`, kinds);
  const environment = reader.choice(part.environment, `${path}.environment`, environments);
  const label = reader.text(part.label, `${path}.label`, {
    pattern: /^[0-9A-Za-z-]{1,32}$/,
    what: "1 to 32 letters, digits or hyphens",
    fallback: prefix.split("_").at(-2) ?? environment,
  });
  const checksum =
    part.checksum === undefined ? undefined : readChecksum(reader, part.checksum, `${path}.checksum`);
  const body = readBody(reader, part.body, `${path}.body`, checksum);
  return { prefix, kind, environment, label, body, ...(checksum === undefined ? {} : { checksum }) };
}

/** Reports two prefixes of one provider where one begins with the other: a key would have two readings. */
export function reportOverlaps(reader: DefinitionReader, formats: readonly KeyFormat[], path: string): void {
  for (const [index, { prefix }] of formats.entries()) {
    const earlier = formats.slice(0, index).findIndex((other) => {
      return (
        prefix !== "" &&
        other.prefix !== "" &&
        (prefix.startsWith(other.prefix) || other.prefix.startsWith(prefix))
      );
    });
    if (earlier === -1) continue;
    const other = formats[earlier]?.prefix ?? "";
    const how = other === prefix ? "is the same as that" : `overlaps ${other}, the prefix`;
    reader.report(`${path}[${index}].prefix`, `${how} of ${path}[${earlier}]`);
  }
}

function readPrefix(reader: DefinitionReader, value: unknown, path: string): string {
  if (typeof value === "string" && prefixPattern.test(`${value}_`) && !value.endsWith("_")) {
    reader.report(path, "must end with _, or nothing parts it from the body", `${value}_`);
    return "";
  }
  return reader.text(value, path, {
    pattern: prefixPattern,
    what: "words of letters and digits, each followed by _, 3 to 32 characters, such as sk_live_; a key of another shape is one of patterns",
  });
}

function readChecksum(reader: DefinitionReader, value: unknown, path: string): ChecksumRule {
  // A name alone is how other tools write it.
  const hint = typeof value === "string" ? ', such as { "algorithm": "crc32-base62" }' : "";
  const part = reader.object(value, path, ["algorithm", "length", "covers"], hint);
  if (hint !== "") return { algorithm: "crc32-base62", length: 6, covers: "body" };
  return {
    algorithm: reader.choice(part.algorithm, `${path}.algorithm`, ["crc32-base62"]),
    length: reader.integer(part.length, `${path}.length`, { min: 6, max: 6 }, 6) as 6,
    covers: reader.choice(part.covers, `${path}.covers`, ["body", "prefix-and-body"], "body"),
  };
}

function readBody(
  reader: DefinitionReader,
  value: unknown,
  path: string,
  checksum: ChecksumRule | undefined,
): BodyRule {
  const part = reader.object(value, path, ["alphabet", "length", "stated", "issuedLength"]);
  const alphabet = reader.choice(part.alphabet, `${path}.alphabet`, alphabetNames);
  if (checksum !== undefined && alphabet !== "base62" && alphabet !== "base64url") {
    reader.report(`${path}.alphabet`, `${alphabet} cannot hold a base62 checksum`, "base62");
  }
  const sizes = { min: bodyLimits.min + (checksum?.length ?? 0), max: bodyLimits.max };
  const before = reader.problems.length;
  const length = readLength(reader, part.length, `${path}.length`, sizes);
  // Against a length that is wrong itself, nothing can be said of the issued one.
  const isLengthRead = reader.problems.length === before;
  const exact = typeof length === "number" ? { min: length, max: length } : length;
  const range = isLengthRead ? exact : bodyLimits;
  const issued = chooseIssuedLength(alphabet, range, checksum);
  return {
    alphabet,
    length,
    stated: reader.boolean(part.stated, `${path}.stated`, true),
    issuedLength: reader.integer(part.issuedLength, `${path}.issuedLength`, range, issued),
  };
}

function readLength(
  reader: DefinitionReader,
  value: unknown,
  path: string,
  sizes: { min: number; max: number },
): BodyRule["length"] {
  if (typeof value !== "object" || value === null) return reader.integer(value, path, sizes);
  const before = reader.problems.length;
  const part = reader.object(value, path, ["min", "max"]);
  const min = reader.integer(part.min, `${path}.min`, sizes);
  const max = reader.integer(part.max, `${path}.max`, sizes);
  if (min <= max || reader.problems.length > before) return { min, max };
  reader.report(path, `min ${min} is greater than max ${max}`);
  return { min, max: min };
}

function chooseIssuedLength(
  alphabet: AlphabetName,
  range: { min: number; max: number },
  checksum: ChecksumRule | undefined,
): number {
  const wanted =
    Math.ceil(wantedBits / Math.log2(alphabetCharacters(alphabet).length)) + (checksum?.length ?? 0);
  return Math.min(range.max, Math.max(range.min, wanted));
}
