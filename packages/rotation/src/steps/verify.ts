import assert from "node:assert/strict";
import type { StepWork } from "../rotation-tools.ts";
import { verifyKey } from "../verify-key.ts";
import { openSealed } from "./open-sealed.ts";

/** Tries the new key. Until this has gone well, the old one is not touched. */
export const verify: StepWork = async (state, tools, record) => {
  const { plan, created } = state;
  assert(created !== null, "verify is the next step only when there is a new key");
  const secret = openSealed(state, tools, record);
  if (secret === null) return;
  record({ type: "begin", step: "verify" });
  const { kind, permissions } = plan.key;
  const key = { secret, fingerprint: created.fingerprint, id: created.keyId, kind, permissions };
  record({ type: "verified", ...(await verifyKey(key, tools.verification, tools.keyApi)) });
};
