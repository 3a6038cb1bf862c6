import type { StepWork } from "../rotation-tools.ts";
import { RotationError } from "../rotation-error.ts";
import { revokeOrphans } from "./revoke-orphans.ts";

/** Looks again for keys of this rotation: a request that timed out may still have arrived. */
export const sweep: StepWork = async (state, tools, record) => {
  const note = state.plan.contract.procedure === "create-deploy-revoke" ? await look() : undefined;
  tools.destroySealingKey();
  record({ type: "done", ...(note !== undefined && { note }) });

  async function look(): Promise<string | undefined> {
    try {
      await revokeOrphans(state, tools, record);
      return undefined;
    } catch (error) {
      if (!(error instanceof RotationError) || error.code !== "ROTATION_CANNOT_TELL") throw error;
      return `not looked for left-over keys: ${error.message}`;
    }
  }
};
