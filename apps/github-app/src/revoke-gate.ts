import { existsSync } from "node:fs";
import { join } from "node:path";
import { ManagementError } from "@keywarden/management";
import type { ExposureStorage, ExposureStores, NewAuditEntry, RevokeIntent } from "@keywarden/storage";
import type { AppConfig } from "./config.ts";
import { refusals } from "./refusals.ts";

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
  /** What would stand in the way of a revocation now, before anything is done that leads to one; `null` for nothing. */
  mayBegin(): Promise<"kill-switch" | "breaker" | null>;
  isKilled(): Promise<boolean>;
}

/** The control that stops every process that shares the storage. */
export const killSwitchControl = "kill-switch";

class BreakerOpen extends Error {}

class LiveKeysUncounted extends Error {}

// Other processes may get in while this one counts.
const othersMeanwhile = 8;

/** Whether revocations are stopped: by the config, a file or a person. */
export async function isKilled({
  config,
  dataDirectory,
  storage,
}: {
  readonly config: Pick<AppConfig, "killSwitch">;
  readonly dataDirectory: string;
  readonly storage: Pick<ExposureStorage, "controls">;
}): Promise<boolean> {
  return (
    config.killSwitch ||
    existsSync(join(dataDirectory, "kill-switch")) ||
    (await storage.controls.get(killSwitchControl)) !== null
  );
}

export function makeRevokeGate(options: {
  readonly config: Pick<AppConfig, "mode" | "killSwitch" | "breaker">;
  readonly dataDirectory: string;
  readonly storage: Pick<ExposureStorage, "intents" | "now" | "controls" | "transaction">;
  /** Counts a provider's live keys, until there are `enough`; `null` where its API does not list keys. */
  readonly countLive: (provider: string, enough: number) => Promise<number | null>;
}): RevokeGate {
  const { config, storage, countLive } = options;
  const { revocations, windowMs, share } = config.breaker;

  /** Counts the live keys where the share may need them; `undefined` where it did not look so. */
  const countForShare = async (provider: string): Promise<number | null | undefined> => {
    if (share === null) return null;
    const { ended, underWay } = await storage.intents.countRevocationsOf(provider, storage.now() - windowMs);
    const others = ended + underWay;
    if (others === 0) return undefined;
    try {
      return await countLive(provider, Math.ceil((others + othersMeanwhile) / share));
    } catch (error) {
      // How many there are is not to be known, so a person decides.
      if (error instanceof ManagementError && refusals.has(error.code)) return 0;
      throw error;
    }
  };

  const exceedsShare = async (
    { intents }: Pick<ExposureStores, "intents">,
    provider: string,
    live: number | null | undefined,
    sinceMs: number,
  ): Promise<boolean> => {
    if (share === null || live === null) return false;
    const { ended, underWay } = await intents.countRevocationsOf(provider, sinceMs);
    // One key can always be ended, however few there are.
    if (ended + underWay <= 1) return false;
    if (live === undefined) throw new LiveKeysUncounted();
    return ended + underWay > share * (live + ended);
  };

  const enter: RevokeGate["enter"] = async (key, isApproved, audit) => {
    if (config.mode !== "armed") return { open: false, why: "dry-run" };
    if (await isKilled(options)) return { open: false, why: "kill-switch" };
    const live = isApproved ? null : await countForShare(key.provider);
    try {
      const intent = await storage.transaction(async (stores) => {
        const { opened, intent: written } = await stores.intents.open(key, audit);
        // Counted after the intent was written, whose audit line lets one process at a time get this far.
        if (opened && !isApproved) {
          const sinceMs = storage.now() - windowMs;
          const count = await stores.intents.countRevocationsSince(sinceMs);
          if (count > revocations) throw new BreakerOpen();
          if (await exceedsShare(stores, key.provider, live, sinceMs)) throw new BreakerOpen();
        }
        return written;
      });
      return { open: true, intent };
    } catch (error) {
      if (error instanceof BreakerOpen) return { open: false, why: "breaker" };
      // Another of its keys got in meanwhile, so there is something to count now.
      if (error instanceof LiveKeysUncounted) return enter(key, isApproved, audit);
      throw error;
    }
  };
  const mayBegin: RevokeGate["mayBegin"] = async () => {
    if (await isKilled(options)) return "kill-switch";
    const count = await storage.intents.countRevocationsSince(storage.now() - windowMs);
    return count >= revocations ? "breaker" : null;
  };
  return { isKilled: () => isKilled(options), mayBegin, enter };
}
