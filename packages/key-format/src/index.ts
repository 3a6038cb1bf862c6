export { alphabetCharacters, type AlphabetName } from "./alphabet.ts";
export { attribute, findLeader, namingLead, type Attribution } from "./attribute.ts";
export { defineProvider, type ProviderDefinition } from "./define-provider.ts";
export type { DefinitionProblem } from "./definition/reader.ts";
export { endpointFor, type Endpoint, type EndpointResult } from "./endpoint-for.ts";
export { findFormat } from "./find-format.ts";
export { fingerprint, type Fingerprint, type Sha256 } from "./fingerprint.ts";
export { isManaged } from "./is-managed.ts";
export { exampleStarts, exampleStartSize, foreignExamples } from "./foreign-examples.ts";
export { generateKey, type RandomBytes } from "./generate-key.ts";
export { KeyFormatError, type KeyFormatErrorCode } from "./key-format-error.ts";
export { findTexts, packTexts, type PackedTexts } from "./built-in/packed-texts.ts";
export { ownBesideBuiltIn } from "./built-in/own-beside-built-in.ts";
export { catalogueProviders } from "./catalogue/catalogue.ts";
export { catalogueFields } from "./catalogue/catalogue-fields.ts";
export type { CatalogueFormat, CatalogueProvider, CatalogueTable } from "./catalogue/catalogue-entry.ts";
export {
  classCharacters,
  classNames,
  classTable,
  isOfClass,
  type ClassName,
} from "./pattern/character-class.ts";
export { checksumFor, isChecksumRight, type PatternChecksum } from "./pattern/checksum-rule.ts";
export { findOverlap, type Overlap } from "./pattern/find-overlap.ts";
export type { EvidenceGrade, KeyPattern, Surround } from "./pattern/key-pattern.ts";
export { matchVariant, matchVariantFrom, RunMemory, type PatternSpan } from "./pattern/match-variant.ts";
export { makeRedactPatterns, type RedactPatterns } from "./pattern/redact-patterns.ts";
export { isLiteral, type PatternPart } from "./pattern/pattern-part.ts";
export type { PatternVariant } from "./pattern/pattern-variant.ts";
export { fingerprintPublicKey } from "./pattern/public-key.ts";
export { isSignedQuery } from "./pattern/signed-query.ts";
export { spellService, spellTogether, type ServiceSpelling } from "./pattern/spell-service.ts";
export {
  isBlockStructure,
  readStructure,
  type StructureFacts,
  type StructureName,
} from "./pattern/structure.ts";
export { findSurroundings } from "./surroundings.ts";
export type { Environment, KeyKind } from "./key-kind.ts";
export { askIfMeant, didYouMean, meantOrKnown, suggest, unknownProvider } from "./words/did-you-mean.ts";
export { isCalendarDay } from "./words/is-calendar-day.ts";
export { nearestWord } from "./words/nearest-word.ts";
export { quoteForShell } from "./words/quote-for-shell.ts";
export { parseKey, type ParsedKey, type ParseFailure, type ParseResult } from "./parse-key.ts";
export { findPlaceholder, type PlaceholderRule } from "./placeholder/placeholder.ts";
export type {
  BodyRule,
  ChecksumRule,
  HygieneFacts,
  ManagementFacts,
  KeyFormat,
  ManagedProvider,
  ProviderHost,
  ProviderProfile,
  ProviderVariable,
  RotationFacts,
} from "./profile.ts";
export { aero2 } from "./providers/aero2.ts";
export { aforo } from "./providers/aforo.ts";
export { auroraSolar } from "./providers/aurora-solar.ts";
export { azotte } from "./providers/azotte.ts";
export { builtInProviders } from "./providers/built-in-providers.ts";
export { example } from "./providers/example.ts";
export { keywarden } from "./providers/keywarden.ts";
export { providersOf, type Providers } from "./providers/providers-of.ts";
export { countOf } from "./count-of.ts";
export { redact } from "./redaction/redact.ts";
export { redactWithin } from "./redaction/redact-within.ts";
export { Secret } from "./redaction/secret.ts";
export { validateKey, type FormatProblem, type MalformedReason, type Validation } from "./validate-key.ts";
