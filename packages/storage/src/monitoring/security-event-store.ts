import type { NewJob } from "../jobs/job-queue.ts";
import type { Environment } from "@keywarden/key-format";

export type SecuritySeverity = "notice" | "warning" | "high";

export interface NewSecurityEvent {
  readonly id: string;
  readonly code: string;
  readonly severity: SecuritySeverity;
  /** What the event is about: a key's id, or the network that strangers' keys come from. */
  readonly subject: string;
  readonly keyId: string | null;
  readonly provider: string | null;
  /** One sentence with the numbers that it was judged by; never a key and no full address. */
  readonly evidence: string;
}

export interface SecurityEvent extends NewSecurityEvent {
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** How often the same was noticed while it lasted. */
  readonly count: number;
}

export interface SecurityEventCursor {
  readonly firstAtMs: number;
  readonly id: string;
}

export interface SecurityEventQuery {
  /** 1 to 1000; 100 when absent. */
  readonly limit?: number;
  /** The page begins behind this event. */
  readonly before?: SecurityEventCursor | null;
  readonly keyId?: string | undefined;
  readonly code?: string | undefined;
  readonly severity?: SecuritySeverity | undefined;
  /** Only events about keys of this provider or environment; those about strangers have neither. */
  readonly provider?: string | undefined;
  readonly environment?: Environment | undefined;
}

export interface SecurityEventStore {
  /**
   * Stores an event with its audit entry, or, where the same code was noticed about the same subject less than
   * `coolDownMs` ago, counts that one on and writes no entry. Jobs are added with a new one, in the same transaction.
   */
  record(event: NewSecurityEvent, coolDownMs: number, jobs?: readonly NewJob[]): Promise<"new" | "repeated">;
  /** Newest first. */
  list(query?: SecurityEventQuery): Promise<{
    readonly events: readonly SecurityEvent[];
    /** `null` on the last page. */
    readonly next: SecurityEventCursor | null;
  }>;
  /** Forgets events that were last noticed before the moment; their audit entries stay. Returns how many. */
  prune(beforeMs: number): Promise<number>;
}
