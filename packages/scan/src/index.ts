export type { Inflate, Packing } from "./archive/inflate.ts";
export { blockBytes, readPaxRecords, readTarHeader, untilZero } from "./archive/tar-header.ts";
export type { TarHeader } from "./archive/tar-header.ts";
export {
  findZipDirectory,
  hidesFiles,
  moreListed,
  readZipEntry,
  unlisted,
  unreadZipMethod,
  zipEndBytes,
  zipMethodOf,
} from "./archive/zip-directory.ts";
export type { ZipEntry, ZipExtent } from "./archive/zip-directory.ts";
export type { SkippedMember } from "./archive/unpack.ts";
export { heldByLfs } from "./archive/unread-form.ts";
export { isZstd } from "./archive/zstd.ts";
export type { ChunkScan } from "./match/chunk-scan.ts";
export type { Excerpt } from "./match/excerpt.ts";
export type { Finding, LocationKind } from "./policy/finding.ts";
export { makeIdentifyKey } from "./policy/finding-id.ts";
export type { FindingId, HmacSha256, IdentifyKey } from "./policy/finding-id.ts";
export { introduced } from "./policy/introduced.ts";
export type { Confidence, Match, MatchVerdict } from "./match/match.ts";
export { pathText } from "./policy/path-text.ts";
export { readPathPattern } from "./policy/path-pattern.ts";
export type { PathPattern } from "./policy/path-pattern.ts";
export { defaultPolicy, inEveryEnvironment, judgeMatches } from "./policy/policy.ts";
export type { IgnoredWhy, Judgement, PolicyAction, ScanPolicy } from "./policy/policy.ts";
export { printable } from "./printable.ts";
export type { Render, ReportContext, ReportedFinding, ScanReport, TextOptions } from "./report/report.ts";
export { renderText } from "./report/text.ts";
export { describeLocation, describeSuppression } from "./report/describe.ts";
export { wrap } from "./report/wrap.ts";
export { closingLines } from "./report/totals.ts";
export { renderUnread } from "./report/unread-lines.ts";
export { completenessOf, describeUnread } from "./report/completeness.ts";
export type { Completeness, Unread } from "./report/completeness.ts";
export { createRedactor, createRedactorStream } from "./redactor.ts";
export type { RedactorOptions } from "./redactor.ts";
export { makeRedactor } from "./make-redactor.ts";
export type { Redactor } from "./make-redactor.ts";
export { scanBytes, scanText } from "./scan-once.ts";
export type { ScanOnceOptions } from "./scan-once.ts";
export { makeScanner } from "./scanner.ts";
export type { ScannedVersion, Scanner, ScannerOptions } from "./scanner.ts";
export { joinReports } from "./report/several-repositories.ts";
export type { ReportPart } from "./report/several-repositories.ts";
export type { Edit } from "./search/edit.ts";
export { exclusionStart } from "./report/summary.ts";
export type { Counts, ScanSummary, Skipped } from "./report/summary.ts";
export type {
  AllowEntry,
  AllowUse,
  BaselineEntry,
  SuppressedFinding,
  Suppression,
} from "./policy/suppression.ts";
export { Suppressor } from "./policy/suppressor.ts";
export type { SuppressedJudgement, SuppressorOptions } from "./policy/suppressor.ts";
export { leftBoundaries } from "./match/boundary.ts";
export {
  listPrefilterPatterns,
  type PrefilterPattern,
  type PrefilterPiece,
} from "./search/prefilter-patterns.ts";
export { listPrefilterLiterals } from "./search/prefilter-literals.ts";
export {
  listKeySigns,
  listSignLeads,
  mayShowSign,
  narrowProviders,
  sortsOf,
  type KeySign,
  type SignLeads,
} from "./search/key-signs.ts";
export { makeSignSearch, type SignSearch } from "./search/sign-search.ts";
export { tightenPolicy } from "./policy/tighten-policy.ts";
export { encodingNames } from "./decoders/describe-encoding.ts";
export type { EncodingName } from "./decoders/decoder.ts";
