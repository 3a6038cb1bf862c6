import {
  readHost,
  readHygiene,
  readManagement,
  readRotation,
  readVariableNames,
} from "./definition/read-facts.ts";
import { readFormat, reportOverlaps } from "./definition/read-format.ts";
import { readKeyPattern } from "./definition/read-key-pattern.ts";
import { DefinitionReader, type DefinitionProblem } from "./definition/reader.ts";
import type { ManagedProvider } from "./profile.ts";

export type ProviderDefinition =
  | { readonly ok: true; readonly provider: ManagedProvider }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

const kebabCase = /^[a-z][0-9a-z]*(?:-[0-9a-z]+)*$/;

const members = [
  "id",
  "name",
  "formats",
  "patterns",
  "publishedExamples",
  "variables",
  "hosts",
  "rotation",
  "hygiene",
  "management",
  "dialect",
] as const;

/**
 * Makes a profile from a user's own data, with defaults for what it leaves out, or says everything that is wrong with it (key-formats.md §12).
 *
 * The input is JSON as parsed. The profile shares nothing with it.
 */
export function defineProvider(input: unknown): ProviderDefinition {
  const reader = new DefinitionReader();
  const part = reader.object(input, "$", members);
  const id = reader.text(part.id, "$.id", { pattern: kebabCase, what: "lower-case words joined by hyphens" });
  const formats = reader
    .list(part.formats, "$.formats")
    .map((value, index) => readFormat(reader, value, `$.formats[${index}]`));
  const patterns = reader
    .list(part.patterns, "$.patterns")
    .map((value, index) => readKeyPattern(reader, value, `$.patterns[${index}]`));
  const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
  if (isEmpty(part.formats) || (part.formats === undefined && part.patterns === undefined)) {
    reader.report("$.formats", "must list at least one format");
  }
  if (isEmpty(part.patterns)) reader.report("$.patterns", "must list at least one pattern");
  reportOverlaps(reader, formats, "$.formats");
  const provider: ManagedProvider = {
    id,
    name: reader.text(part.name, "$.name", {
      pattern: /^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u,
      what: "1 to 64 visible characters",
      fallback: id,
    }),
    formats,
    ...(patterns.length === 0 ? {} : { patterns }),
    publishedExamples: reader.list(part.publishedExamples, "$.publishedExamples").map((value, index) =>
      reader.text(value, `$.publishedExamples[${index}]`, {
        pattern: /^[0-9a-f]{64}$/,
        what: "the SHA-256 of an example key, 64 lower-case hex digits, never the key itself",
      }),
    ),
    variables: reader
      .list(part.variables, "$.variables")
      .map((value, index) => readVariableNames(reader, value, `$.variables[${index}]`)),
    hosts: reader
      .list(part.hosts, "$.hosts")
      .map((value, index) => readHost(reader, value, `$.hosts[${index}]`)),
    rotation: readRotation(reader, part.rotation, "$.rotation"),
    hygiene: readHygiene(reader, part.hygiene, "$.hygiene"),
    ...(part.management !== undefined && {
      management: readManagement(reader, part.management, "$.management"),
    }),
    dialect: reader.text(part.dialect, "$.dialect", {
      pattern: kebabCase,
      what: "lower-case words joined by hyphens",
      fallback: "standard",
    }),
  };
  const { problems } = reader;
  return problems.length === 0 ? { ok: true, provider } : { ok: false, problems };
}
