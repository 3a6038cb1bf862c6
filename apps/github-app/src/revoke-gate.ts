import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ExposureStorage } from "@keywarden/storage";
import type { Config } from "./config.ts";

export type GateAnswer =
  | { readonly open: true; readonly leave: () => void }
  | { readonly open: false; readonly why: "dry-run" | "kill-switch" | "breaker" };

/** Decides, immediately before each revocation, whether it may happen. */
export interface RevokeGate {
  /** Call `leave` when the revocation is recorded or has failed. */
  enter(jobId: string): Promise<GateAnswer>;
  /** Lets held jobs past the breaker, never past the kill switch. */
  approve(jobIds: readonly string[]): void;
  isKilled(): boolean;
}

export function makeRevokeGate(options: {
  readonly config: Pick<Config, "mode" | "killSwitch" | "breaker">;
  readonly dataDirectory: string;
  readonly storage: Pick<ExposureStorage, "intents" | "now">;
}): RevokeGate {
  const { config, dataDirectory, storage } = options;
  const approved = new Set<string>();
  let underWay = 0;
  const isKilled = () => config.killSwitch || existsSync(join(dataDirectory, "kill-switch"));
  return {
    isKilled,
    approve: (jobIds) => jobIds.forEach((id) => approved.add(id)),
    async enter(jobId) {
      if (config.mode !== "armed") return { open: false, why: "dry-run" };
      // Counted before the question is asked, so that two revocations at once cannot both be the last one allowed.
      underWay += 1;
      let isInside = true;
      const leave = () => {
        if (isInside) underWay -= 1;
        isInside = false;
      };
      const recent = await storage.intents.countRevokedSince(storage.now() - config.breaker.windowMs);
      const isTooMany = recent + underWay > config.breaker.revocations && !approved.has(jobId);
      if (!isTooMany && !isKilled()) return { open: true, leave };
      leave();
      return { open: false, why: isKilled() ? "kill-switch" : "breaker" };
    },
  };
}
