import type { FoundExposure } from "@keywarden/inventory";
import type {
  AuditEntry,
  RotationRecord,
  SecurityEventView,
  Token,
  UsageReport,
} from "@keywarden/management";
import type { CallFailure } from "./failure.ts";

/** A server that the terminal can go to. */
export interface KnownContext {
  /** The operator's name for it; empty where they gave none. */
  readonly name: string;
  readonly server: string;
  /** The GitHub App that belongs to it; null where none is named. */
  readonly app: string | null;
  readonly isProduction: boolean;
  readonly isCurrent: boolean;
  /** Where its token is kept; null where nobody is logged in there. */
  readonly tokenFrom: string | null;
}

/** What is read beside the inventory, by where it comes from. */
export interface Sources {
  readonly rotations: readonly RotationRecord[];
  readonly exposures: readonly FoundExposure[];
  readonly tokens: readonly Token[];
  readonly audit: readonly AuditEntry[];
  readonly alerts: readonly SecurityEventView[];
  readonly contexts: readonly KnownContext[];
  /** Of the key that is looked at. */
  readonly history: readonly AuditEntry[];
  readonly usage: UsageReport;
}

export type SourceId = keyof Sources;

/** What no feed tells of is read again after so long; of the others this is in case that something is missed. */
export const readAgainAfterMs: Readonly<Partial<Record<SourceId, number>>> = {
  exposures: 30_000,
  usage: 60_000,
  contexts: 30_000,
  rotations: 60_000,
  alerts: 60_000,
};

/** What is known of a source. `value` stays when a later reading fails. */
export interface SourceReading<Value> {
  readonly value: Value | null;
  /** Whether the server has more, and only the newest were read. */
  readonly isPart: boolean;
  /** When the value was read; null before the first time. */
  readonly valueAtMs: number | null;
  /** When the last answer came, the failed ones too; null before the first time. */
  readonly atMs: number | null;
  readonly problem: CallFailure | null;
  /** When the answer that is on its way was asked for; null where none is. */
  readonly askedAtMs: number | null;
  /** Since when something has changed that the value does not have; null while nothing is known to have. */
  readonly staleAtMs: number | null;
  /** The key that it is about; null for what is about no single key. */
  readonly subject: string | null;
}

export type SourceReadings = { readonly [Id in SourceId]?: SourceReading<Sources[Id]> };
