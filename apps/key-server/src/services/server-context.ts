import type { ProviderProfile, RandomBytes } from "@keywarden/key-format";
import type { Dialect } from "@keywarden/management";
import type { KeyStorage } from "@keywarden/storage";
import type { DenialAudit } from "./denial-audit.ts";
import type { UsageRecorder } from "./usage-recorder.ts";

export interface MountedProvider {
  readonly profile: ProviderProfile;
  readonly dialect: Dialect;
}

/** What every service works with. */
export interface ServerContext {
  readonly storage: KeyStorage;
  readonly providers: ReadonlyMap<string, MountedProvider>;
  readonly randomBytes: RandomBytes;
  readonly usage: UsageRecorder;
  readonly denials: DenialAudit;
}
