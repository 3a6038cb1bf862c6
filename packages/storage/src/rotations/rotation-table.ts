import type { RotationEnd, RotationStage } from "./rotation-record-store.ts";

export interface RotationTable {
  id: string;
  key_id: string;
  successor_id: string | null;
  step: RotationStage;
  sinks: string;
  failure: string | null;
  deadline_ms: number | null;
  lease_until_ms: number;
  started_at_ms: number;
  started_by: string;
  changed_at_ms: number;
  ended_at_ms: number | null;
  outcome: RotationEnd | null;
}
