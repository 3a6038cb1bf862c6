import type { EmulatorState } from "../state.ts";

/** GitHub's words for what it refuses meanwhile. */
export const suspended = "This installation has been suspended";

export function isSuspended({ installations }: EmulatorState, installationId: number): boolean {
  return (installations.get(installationId)?.suspendedAtMs ?? null) !== null;
}
