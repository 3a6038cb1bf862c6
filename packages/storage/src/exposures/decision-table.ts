import type { Environment, KeyKind } from "@keywarden/key-format";
import type {
  DecisionState,
  Hold,
  LeastAction,
  StoredOwnership,
  StoredProvenance,
} from "./decision-store.ts";

export interface DecisionTable {
  exposure_id: number;
  state: DecisionState;
  reason: string;
  decided_at_ms: number;
  ownership: StoredOwnership | null;
  provider: string | null;
  key_id: string | null;
  key_kind: KeyKind | null;
  key_environment: Environment | null;
  provenance: StoredProvenance;
  hold: Hold | null;
  approval: "approved" | "rejected" | null;
  approval_by: string | null;
  approval_at_ms: number | null;
  observed: string;
  received_at_ms: number;
}

export interface LeastActionTable {
  exposure_id: number;
  kind: LeastAction["kind"];
  environment: Environment;
  action: LeastAction["action"];
}
