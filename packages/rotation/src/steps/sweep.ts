import type { StepWork } from "../rotation-tools.ts";
import { revokeOrphans } from "./revoke-orphans.ts";

/** Looks once more for keys of this rotation: a request that was given up may still have arrived. */
export const sweep: StepWork = async (state, tools, record) => {
  if (state.plan.contract.procedure === "create-deploy-revoke") await revokeOrphans(state, tools, record);
  tools.destroySealingKey();
  record({ type: "done" });
};
