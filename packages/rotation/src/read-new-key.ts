import type { Secret } from "@keywarden/key-format";
import { nextStep, type RotationState } from "./journal/replay.ts";
import { unseal } from "./seal.ts";

/** Reads the new key for a sink that is a person; null once it is delivered everywhere, and where its sealing key is gone. */
export function readNewKey(state: RotationState, sealingKey: Uint8Array | null): Secret | null {
  if (state.created === null || sealingKey === null || nextStep(state) !== "deliver") return null;
  return unseal(state.created.sealed, sealingKey, state.plan.rotation);
}
