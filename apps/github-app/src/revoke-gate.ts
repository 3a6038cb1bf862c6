import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ExposureStorage, NewAuditEntry, RevokeIntent } from "@keywarden/storage";
import type { Config } from "./config.ts";

export type GateAnswer =
  /** The intent that the revocation goes on; one that is not `intended` says that it was done before. */
  | { readonly open: true; readonly intent: RevokeIntent }
  | { readonly open: false; readonly why: "dry-run" | "kill-switch" | "breaker" };

/** Decides, immediately before each revocation, whether it may happen, and writes the intent where it may. */
export interface RevokeGate {
  /** An approval opens the breaker, never the kill switch. */
  enter(
    key: { readonly provider: string; readonly keyId: string },
    isApproved: boolean,
    audit: NewAuditEntry,
  ): Promise<GateAnswer>;
  isKilled(): Promise<boolean>;
}

/** The control that stops every process that shares the storage. */
export const killSwitchControl = "kill-switch";

class BreakerOpen extends Error {}

export function makeRevokeGate(options: {
  readonly config: Pick<Config, "mode" | "killSwitch" | "breaker">;
  readonly dataDirectory: string;
  readonly storage: Pick<ExposureStorage, "intents" | "now" | "controls" | "transaction">;
}): RevokeGate {
  const { config, dataDirectory, storage } = options;
  const isKilled = async () =>
    config.killSwitch ||
    existsSync(join(dataDirectory, "kill-switch")) ||
    (await storage.controls.get(killSwitchControl)) !== null;
  return {
    isKilled,
    async enter(key, isApproved, audit) {
      if (config.mode !== "armed") return { open: false, why: "dry-run" };
      if (await isKilled()) return { open: false, why: "kill-switch" };
      try {
        const intent = await storage.transaction(async (stores) => {
          const { opened, intent: written } = await stores.intents.open(key, audit);
          // Counted after the intent was written, whose audit line lets one process at a time get this far.
          if (opened && !isApproved) {
            const sinceMs = storage.now() - config.breaker.windowMs;
            const count = await stores.intents.countRevocationsSince(sinceMs);
            if (count > config.breaker.revocations) throw new BreakerOpen();
          }
          return written;
        });
        return { open: true, intent };
      } catch (error) {
        if (error instanceof BreakerOpen) return { open: false, why: "breaker" };
        throw error;
      }
    },
  };
}
