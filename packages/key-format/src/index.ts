export { alphabetCharacters, type AlphabetName } from "./alphabet.ts";
export { attribute, type Attribution } from "./attribute.ts";
export { checksumOf } from "./checksum.ts";
export { defineProvider, type ProviderDefinition } from "./define-provider.ts";
export type { DefinitionProblem } from "./definition/reader.ts";
export { endpointFor, type Endpoint, type EndpointResult } from "./endpoint-for.ts";
export { findFormat } from "./find-format.ts";
export { fingerprint, type Fingerprint, type Sha256 } from "./fingerprint.ts";
export { isManaged } from "./is-managed.ts";
export { generateKey, type RandomBytes } from "./generate-key.ts";
export { KeyFormatError, type KeyFormatErrorCode } from "./key-format-error.ts";
export { nearestWord } from "./nearest-word.ts";
export { parseKey, type ParsedKey, type ParseFailure, type ParseResult } from "./parse-key.ts";
export { findPlaceholder, type PlaceholderRule } from "./placeholder.ts";
export type {
  BodyRule,
  ChecksumRule,
  Environment,
  HygieneFacts,
  ManagementFacts,
  KeyFormat,
  KeyKind,
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
export { redact } from "./redact.ts";
export { redactWithin } from "./redact-within.ts";
export { Secret } from "./secret.ts";
export { validateKey, type FormatProblem, type MalformedReason, type Validation } from "./validate-key.ts";
