import type { RandomBytes } from "@keywarden/key-format";
import type { ExposureStorage } from "@keywarden/storage";
import type { AppConfig } from "../config.ts";
import type { JudgeContext } from "../decisions/judge.ts";
import type { Readiness } from "./readiness.ts";

/** What operations work on: the storage, and the App around it as far as one runs. */
export interface OperateContext {
  readonly storage: ExposureStorage;
  readonly config: AppConfig;
  readonly judging: JudgeContext;
  readonly readiness: Readiness;
  readonly dataDirectory: string;
  readonly randomBytes: RandomBytes;
  /** Takes over what people have set since; where no App runs, the next start does. */
  readonly refresh: () => Promise<void>;
  /** Present where a command works on the storage and may be the only one that does. */
  readonly isAlone?: true;
}
