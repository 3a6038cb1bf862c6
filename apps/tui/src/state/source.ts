import type { FoundExposure } from "@keywarden/inventory";
import type {
  AuditEntry,
  RotationRecord,
  SecurityEventView,
  Token,
  UsageReport,
} from "@keywarden/management";
import type { Failure } from "./failure.ts";

/** A server that somebody on this machine is logged in at. */
export interface KnownContext {
  readonly server: string;
  readonly isCurrent: boolean;
  /** Where its token is kept. */
  readonly tokenFrom: string;
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

/** What is known of a source. `value` stays when a later reading fails. */
export interface Reading<Value> {
  readonly value: Value | null;
  /** When the value was read; null before the first time. */
  readonly atMs: number | null;
  readonly problem: Failure | null;
  readonly isAsked: boolean;
  /** Whether something has changed since. */
  readonly isStale: boolean;
  /** The key that it is about; null for what is about no single key. */
  readonly subject: string | null;
}

export type Readings = { readonly [Id in SourceId]?: Reading<Sources[Id]> };
