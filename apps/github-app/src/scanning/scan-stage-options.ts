import type { ProviderProfile } from "@keywarden/key-format";
import type { ReadLimits } from "@keywarden/repository-scan";
import type { Scanner } from "@keywarden/scan";
import type { ExposureStorage } from "@keywarden/storage";
import type { JudgeContext } from "../decisions/judge.ts";
import type { GitHub } from "../github/github.ts";
import type { TimeBudget } from "../limits.ts";
import type { Log } from "../log.ts";
import type { Remotes } from "../repositories/remotes.ts";

export interface ScanStageOptions {
  readonly storage: ExposureStorage;
  /** Accepts what GitHub delivered and nobody took; resolves when all of before the call is known. */
  readonly sweepDeliveries: () => Promise<void>;
  /** After so long GitHub lists every delivery that it made. */
  readonly listedAfterMs: number;
  readonly remotes: Remotes;
  readonly github: Pick<GitHub, "findNewName">;
  readonly scanner: Scanner;
  readonly providers: readonly ProviderProfile[];
  readonly judging: JudgeContext;
  readonly host: string;
  /** Absent: everything is read. */
  readonly limits?: ReadLimits | undefined;
  /** For how long the files of a push are read; absent: for as long as it takes. */
  readonly budget?: TimeBudget | undefined;
  /** After so long a scan gives way to others, and goes on in parts; absent: it never does. */
  readonly turnMs?: number | undefined;
  readonly log: Log;
}
