import type { Secret } from "@keywarden/key-format";
import type { Job } from "@keywarden/storage";
import type { FakeHost } from "./fake-host.ts";
import type { Fate } from "./reference-model.ts";

/** What the App arrived at. */
export interface Played {
  readonly fates: readonly Fate[];
  readonly host: Pick<FakeHost, "runs">;
  readonly secrets: readonly Secret[];
  /** Ids by place in the plan. */
  readonly ids: readonly string[];
  readonly revokeCalls: readonly number[];
  readonly buried: readonly Job[];
}
