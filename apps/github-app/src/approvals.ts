import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ExposureStorage } from "@keywarden/storage";
import { approveDecision } from "./decisions/approve.ts";
import type { JudgeContext } from "./decisions/judge.ts";
import type { Log } from "./log.ts";
import type { RevokeGate } from "./revoke-gate.ts";

const pageSize = 200;

/** Lets everything that is held go on when the file `approve` has been made in the data directory; returns how many. */
export async function takeApproval(options: {
  readonly dataDirectory: string;
  readonly storage: ExposureStorage;
  readonly judging: JudgeContext;
  readonly gate: RevokeGate;
  readonly log: Log;
}): Promise<number> {
  const { dataDirectory, storage, judging, gate, log } = options;
  const file = join(dataDirectory, "approve");
  if (!existsSync(file) || (await gate.isKilled())) return 0;
  const held: number[] = [];
  for (let afterId = 0; ; afterId = held.at(-1) ?? 0) {
    const page = await storage.decisions.list({ states: ["held"], afterId, limit: pageSize });
    if (page.length === 0) break;
    held.push(...page.map(({ exposureId }) => exposureId));
  }
  // Removed first: an approval is used once, even when what it allows fails.
  rmSync(file);
  await storage.audit.append({
    action: "revocations.approved",
    actor: "operator",
    details: { count: held.length, file: "approve" },
  });
  for (const exposureId of held)
    await approveDecision(storage, judging, { exposureId, verdict: "approved", by: "operator" });
  log("warn", `approved: ${held.length} held revocations continue`);
  return held.length;
}
