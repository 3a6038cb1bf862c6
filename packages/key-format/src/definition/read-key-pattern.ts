import type { KeyKind } from "../key-kind.ts";
import type { PatternChecksum } from "../pattern/checksum-rule.ts";
import type { EvidenceGrade, KeyPattern } from "../pattern/key-pattern.ts";
import { makeVariants } from "../pattern/make-variants.ts";
import type { PatternVariant } from "../pattern/pattern-variant.ts";
import type { DefinitionReader } from "./reader.ts";

const kinds: readonly (KeyKind | "identifier")[] = ["secret", "publishable", "restricted", "identifier"];
const grades: readonly EvidenceGrade[] = ["high", "medium", "low"];
const encodings = ["base62", "base36", "hex", "hex-upper", "base64"] as const;

/** Reads one pattern of a definition (key-formats.md §14). */
export function readKeyPattern(reader: DefinitionReader, value: unknown, path: string): KeyPattern {
  const part = reader.object(value, path, [
    "id",
    "name",
    "pattern",
    "kind",
    "evidence",
    "beside",
    "services",
    "checksum",
  ]);
  const id = reader.text(part.id, `${path}.id`, {
    pattern: /^[a-z][0-9a-z]*(?:-[0-9a-z]+)*$/,
    what: "lower-case words joined by hyphens",
  });
  const kind = reader.choice(part.kind, `${path}.kind`, kinds);
  const beside = reader.list(part.beside, `${path}.beside`).map((name, index) =>
    reader.text(name, `${path}.beside[${index}]`, {
      pattern: /^[A-Za-z_][0-9A-Za-z_]{3,63}$/,
      what: "a name of 4 to 64 letters, digits or _",
    }),
  );
  const services = reader.list(part.services, `${path}.services`).map((name, index) =>
    reader.text(name, `${path}.services[${index}]`, {
      pattern: /^(?=.{3,32}$)[a-z0-9]+(?:[_.][a-z0-9]+)*$/,
      what: "a name of 3 to 32 lower-case letters and digits, with _ between words",
    }),
  );
  if (beside.length > 0 && services.length > 0)
    reader.report(`${path}.services`, "must not stand with beside: one of the two leads to the key");
  const { checksum } = part;
  return {
    id,
    name: reader.text(part.name, `${path}.name`, {
      pattern: /^[^\p{C}\p{Zl}\p{Zp}]{1,80}$/u,
      what: "1 to 80 visible characters",
      fallback: id,
    }),
    kind: kind === "identifier" ? "publishable" : kind,
    isIdentifier: kind === "identifier",
    evidence: reader.choice(part.evidence, `${path}.evidence`, grades, "high"),
    variants: readVariants(reader, part.pattern, `${path}.pattern`, beside.length + services.length > 0),
    ...(beside.length === 0 ? {} : { beside }),
    ...(services.length === 0 ? {} : { services }),
    ...(checksum === undefined ? {} : { checksum: readChecksum(reader, checksum, `${path}.checksum`) }),
  };
}

// It would be searched for as it is, and never found.
const expressionSign = /[()[\]\\^*]|\.\+|\$$/;

function readVariants(
  reader: DefinitionReader,
  value: unknown,
  path: string,
  isLedTo: boolean,
): readonly PatternVariant[] {
  const text = reader.text(value, path, {
    pattern: /^[ -~]{3,256}$/,
    what: "a pattern, such as acme-{hex:40}",
  });
  if (text === "") return [];
  const foreign = expressionSign.exec(text.replaceAll(/\{[^{}]*\}/g, (group) => "_".repeat(group.length)));
  if (foreign !== null) {
    const sign = JSON.stringify(foreign[0]);
    reader.report(
      path,
      `character ${foreign.index + 1}: ${sign} stands in no key; this is no regular expression: write {hex:40} for a run, {a|b} for a choice`,
    );
    return [];
  }
  const made = makeVariants(text, { isLedTo, hasBlock: false });
  if (made.ok) return made.variants;
  reader.report(path, `character ${made.problem.column}: ${made.problem.message}`);
  return [];
}

function readChecksum(reader: DefinitionReader, value: unknown, path: string): PatternChecksum {
  const part = reader.object(value, path, ["algorithm", "encoding", "order", "digits", "covers"]);
  return {
    algorithm: reader.choice(part.algorithm, `${path}.algorithm`, ["crc32"]),
    encoding: reader.choice(part.encoding, `${path}.encoding`, encodings),
    order: reader.choice(part.order, `${path}.order`, ["big", "little"], "big"),
    digits: reader.integer(part.digits, `${path}.digits`, { min: 6, max: 8 }),
    covers: reader.choice(part.covers, `${path}.covers`, ["all", "body"], "body"),
    // Whoever describes their own keys knows how they are made.
    confirmed: true,
  };
}
