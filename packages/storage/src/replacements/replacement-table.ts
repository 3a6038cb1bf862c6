import type { ReplacementState } from "./replacement-store.ts";

export interface ReplacementTable {
  provider: string;
  key_id: string;
  rotation: string;
  state: ReplacementState;
  why: string | null;
  successor_id: string | null;
  started_at_ms: number;
  due_at_ms: number;
  changed_at_ms: number;
}
