import { builtInProviders } from "@keywarden/key-format";
import { completenessOf } from "@keywarden/scan";
import type {
  Finding,
  ReportContext,
  ReportedFinding,
  ScanReport,
  ScanSummary,
  Unread,
} from "@keywarden/scan";
import { sha256 } from "@keywarden/testing";
import fc from "fast-check";

export const context: ReportContext = {
  providers: builtInProviders,
  isColoured: false,
  version: "1.2.3",
  startedAt: "2026-01-02T03:04:05.678Z",
  endedAt: "2026-01-02T03:04:06.000Z",
  commit: null,
};

const none = { listed: 0, scanned: 0, skipped: 0 };

type Changes = Partial<Omit<ScanSummary, "complete" | "unread">> & { readonly unread?: readonly Unread[] };

export const summaryOf = (findings: number, { unread = [], ...changes }: Changes = {}): ScanSummary => ({
  mode: "paths",
  files: { listed: 3, scanned: 3, skipped: 0 },
  blobs: none,
  bytes: { listed: 300, scanned: 300, skipped: 0 },
  skipped: [],
  ignored: {},
  suppressed: { inline: 0, config: 0, baseline: 0 },
  expired: [],
  findings,
  ...changes,
  ...completenessOf(unread),
});

export const reportOf = (
  findings: readonly Finding[],
  changes: Changes = {},
  excerpt: ReportedFinding["excerpt"] = { before: 'key = "', after: '"' },
): ScanReport => ({
  findings: findings.map((finding) => ({ finding, excerpt })),
  suppressed: [],
  summary: summaryOf(findings.length, changes),
});

export const finding: Finding = {
  action: "block",
  provider: "aforo",
  candidates: ["aforo", "example"],
  kind: "secret",
  environment: "production",
  label: "live",
  path: "src/app.ts",
  locationKind: "content",
  line: 3,
  column: 14,
  endColumn: 62,
  redacted: "sk_live_…wxyz",
  fingerprint: sha256("one"),
  confidence: "high",
  reason: "48 characters is the length that Aforo states",
};

/** Names and texts that break what is not quoted, in any format. */
const hostile = [
  " ",
  '"',
  "'",
  "\n",
  "\r\n",
  "\t",
  "\\xff\\xfe",
  "😀👩‍👩‍👧",
  "\u202Efdp.exe",
  "שלום",
  "]]>",
  "<!--",
  "&amp;&#10;",
  "=cmd|' /C calc'!A0",
  "@SUM(1+1)",
  "-1+1",
  "+1",
  "＝1+1",
  "'=1",
  "%0A::error::x",
  "\n::add-mask::x",
  "##[error]x",
  "%",
  "#?:,;",
  "[a](b)",
  "{0}",
  "C:",
  "\u0001\u001B[31m\u007F\u009B",
  "\u2028",
  "\uFFFE",
  "e\u0301",
  "``` | x",
] as const;

const text = fc
  .array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "grapheme", maxLength: 8 })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join(""))
  .filter((part) => part !== "");

const path = fc
  .tuple(fc.constantFrom("", "", "/", "../"), fc.array(text, { minLength: 1, maxLength: 3 }))
  .map(([start, parts]) => `${start}${parts.join("/")}`);

const formats = builtInProviders.flatMap((provider) =>
  provider.formats.map((format) => ({ provider, format })),
);

const commit = fc.record(
  {
    commit: fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 40, maxLength: 40 }),
    author: text,
    date: fc.constant("2025-12-31T23:59:59Z"),
    others: fc.nat(9),
  },
  { requiredKeys: ["commit"] },
);

const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    owner: fc.constantFrom(...formats),
    isAttributed: fc.boolean(),
    action: fc.constantFrom("block" as const, "warn" as const),
    path,
    locationKind: fc.constantFrom("content" as const, "path" as const, "link" as const),
    line: fc.integer({ min: 1, max: 1e7 }),
    column: fc.integer({ min: 1, max: 1e7 }),
    length: fc.integer({ min: 8, max: 200 }),
    confidence: fc.constantFrom("high" as const, "medium" as const, "low" as const),
    reason: text,
    seed: fc.nat(5),
    id: fc.option(fc.nat(9)),
    member: fc.option(text),
    origin: fc.option(commit),
  })
  .map(({ owner, isAttributed, length, seed, id, member, origin, ...rest }) => ({
    ...rest,
    provider: isAttributed ? owner.provider.id : null,
    candidates: [owner.provider.id, "other-one"],
    kind: owner.format.kind,
    environment: owner.format.environment,
    label: owner.format.label,
    endColumn: rest.column + length,
    redacted: `${owner.format.prefix}…wxyz`,
    fingerprint: sha256(`key ${seed}`),
    ...(id === null ? {} : { id: sha256(`id ${id}`) }),
    ...(member === null ? {} : { member }),
    ...origin,
  }));

const skipped = fc.oneof(
  fc.record({ path, reason: text }),
  fc.record({ path, part: fc.oneof(text, fc.constant("")), reason: text }),
);

const unread: fc.Arbitrary<Unread> = fc
  .record({
    location: path,
    kind: fc.constantFrom("file" as const, "git" as const),
    reason: text,
    remedy: fc.option(text),
  })
  .map(({ remedy, ...rest }) => (remedy === null ? rest : { ...rest, remedy }));

/** Reports with anything in them that a path, a sentence or a commit can hold. */
export const anyReport: fc.Arbitrary<ScanReport> = fc
  .record({
    findings: fc.array(
      fc.record({ finding: anyFinding, excerpt: fc.record({ before: text, after: text }) }),
      { maxLength: 24 },
    ),
    suppressed: fc.array(
      fc.record({
        finding: anyFinding,
        suppression: fc.oneof(
          fc.record({ by: fc.constant("inline" as const), reason: text }),
          fc.record({ by: fc.constant("config" as const), reason: text, owner: text }),
          fc.constant({ by: "baseline" as const }),
        ),
      }),
      { maxLength: 2 },
    ),
    skipped: fc.array(skipped, { maxLength: 3 }),
    unread: fc.array(unread, { maxLength: 2 }),
    expired: fc.array(text, { maxLength: 1 }),
  })
  .map(({ findings, suppressed, ...lists }) => ({
    findings,
    suppressed,
    summary: summaryOf(findings.length, lists),
  }));
