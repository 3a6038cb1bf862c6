import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ExposureStorage } from "@keywarden/storage";
import type { Log } from "./log.ts";
import type { RevokeGate } from "./revoke-gate.ts";

/** The codes under which revocations wait for a person. */
export const heldCodes = {
  "kill-switch": "HELD_BY_KILL_SWITCH",
  breaker: "HELD_BY_BREAKER",
  "own-token": "HELD_AS_OWN_TOKEN",
  refused: "HELD_AS_REFUSED",
} as const;

/** Lets the held revocations go on when the file `approve` has been made in the data directory; returns how many. */
export async function takeApproval(options: {
  readonly dataDirectory: string;
  readonly storage: ExposureStorage;
  readonly gate: RevokeGate;
  readonly log: Log;
}): Promise<number> {
  const { dataDirectory, storage, gate, log } = options;
  const file = join(dataDirectory, "approve");
  if (!existsSync(file) || gate.isKilled()) return 0;
  // Removed first: an approval is used once, even when what it allows fails.
  rmSync(file);
  const codes: readonly string[] = Object.values(heldCodes);
  const buried = await storage.jobs.listBuried({ limit: 1_000 });
  const held = buried.filter(({ errorCode }) => errorCode !== null && codes.includes(errorCode));
  gate.approve(held.map(({ id }) => id));
  await storage.audit.append({
    action: "revocations.approved",
    actor: "operator",
    details: { count: held.length, file: "approve" },
  });
  for (const { id } of held) await storage.jobs.redrive(id);
  log("warn", `approved: ${held.length} held revocations continue`);
  return held.length;
}
