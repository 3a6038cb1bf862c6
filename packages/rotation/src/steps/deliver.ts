import assert from "node:assert/strict";
import type { StepWork } from "../rotation-tools.ts";
import { openSealed } from "./open-sealed.ts";

/** Puts the new key into the next sink that does not have it. */
export const deliver: StepWork = async (state, tools, record) => {
  const { plan, delivered, created } = state;
  const sink = tools.sinks.find(({ target }) => plan.sinks.includes(target) && !delivered.has(target));
  assert(sink !== undefined && created !== null, "deliver is the next step only while a sink waits");
  const secret = openSealed(state, tools, record);
  if (secret === null) return;
  record({ type: "begin", step: "deliver", sink: sink.target });
  const { key, rotation } = plan;
  const note = await sink.deliver(secret, {
    rotation,
    provider: key.provider,
    keyId: created.keyId,
    name: plan.successorName,
  });
  record({ type: "delivered", sink: sink.target, note });
};
